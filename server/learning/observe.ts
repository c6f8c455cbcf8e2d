import type {
  ControlTail,
  Ledger,
  OpenEpisode,
  RequestCode,
  RequestRecord,
  SettledEpisode,
} from '../outcomes/records.ts';
import { labelledTrace, type Labelled } from './fit/labelled-trace.ts';
import { settledPair, type Answered } from './cascade/settled-pair.ts';
import type { Evidence } from './learner.ts';

/** The one door for all evidence. */
export type Observe = (evidence: Evidence) => void;

/** What was requested and never settled is forgotten behind so many stretches. */
const MOST_OPEN = 1000;

/** A stretch that has not settled. */
interface Open {
  readonly requests: RequestRecord[];
  readonly tails: ControlTail[];
  uri: string;
  simulated: boolean;
  /** The first request, and those of larger models behind it. */
  readonly answered: Answered[];
}

/**
 * A ledger that also hands each settled stretch to `observe`: its requests and its label, as numbers. What an
 * earlier process began is no evidence, since its requests are not at hand. The text of each first request is
 * held here until its stretch settles, and then is dropped.
 */
export class ObservedLedger implements Ledger {
  readonly #ledger: Ledger;
  readonly #observe: Observe;
  readonly #open = new Map<string, Open>();

  constructor(ledger: Ledger, observe: Observe) {
    this.#ledger = ledger;
    this.#observe = observe;
  }

  recordRequest(request: RequestRecord, code?: RequestCode): void {
    this.#ledger.recordRequest(request);
    const open = this.#opened(request.episodeId);
    open.requests.push(request);
    if (code) open.answered.push({ request, code });
    this.#observe({ kind: 'request', request, simulated: open.simulated });
  }

  recordControlTail(tail: ControlTail): void {
    this.#ledger.recordControlTail(tail);
    for (const { requests, tails } of this.#open.values()) {
      const request = requests.find(({ id }) => id === tail.requestId);
      if (!request) continue;
      tails.push(tail);
      const at = request.at + (request.stopMs ?? 0) + tail.tailMs;
      const tokens = Math.max(0, tail.tokens - request.tokensAtStop);
      this.#observe({ kind: 'spent', by: 'control-tail', at, tokens });
    }
  }

  saveOpenEpisode(episode: OpenEpisode): void {
    this.#ledger.saveOpenEpisode(episode);
    const { uri, simulated } = episode;
    Object.assign(this.#opened(episode.episodeId), { uri, simulated });
  }

  settleEpisode(settled: SettledEpisode, kept: string | null = null): void {
    const open = this.#open.get(settled.episodeId);
    this.#open.delete(settled.episodeId);
    const labelled = open && kept !== null ? labelledOf(open, settled.offers > 0, kept) : null;
    const pair = open && kept !== null ? settledPair(open.answered, kept) : null;
    const label = {
      ...settled,
      ...(labelled && { judged: labelled.judged }),
      ...(pair && { matches: pair.matches }),
    };
    this.#ledger.settleEpisode(label);
    if (!open || open.requests.length === 0) return;
    const { requests, tails, simulated } = open;
    this.#observe({
      ...{ kind: 'stretch', requests, tails, simulated },
      label: { ...label, servedText: null, keptText: null },
      trace: labelled?.trace ?? null,
    });
    if (pair) this.#observe(pair.evidence);
  }

  recordClock: Ledger['recordClock'] = (clock) => this.#ledger.recordClock(clock);
  recordMemoryAnswer: Ledger['recordMemoryAnswer'] = (answer) =>
    this.#ledger.recordMemoryAnswer(answer);
  recordCost: Ledger['recordCost'] = (cost) => this.#ledger.recordCost(cost);
  openEpisodes: Ledger['openEpisodes'] = () => this.#ledger.openEpisodes();

  /** All data were deleted. */
  forget(): void {
    this.#open.clear();
  }

  #opened(episodeId: string): Open {
    const known = this.#open.get(episodeId);
    if (known) return known;
    const open: Open = { requests: [], tails: [], uri: '', simulated: false, answered: [] };
    this.#open.set(episodeId, open);
    const [oldest] = this.#open.keys();
    if (this.#open.size > MOST_OPEN && oldest !== undefined) this.#open.delete(oldest);
    return open;
  }
}

function labelledOf(
  { tails, uri, answered }: Open,
  isOffered: boolean,
  kept: string,
): Labelled | null {
  const { request, code } = answered.find((one) => one.request.first) ?? {};
  if (!request || !code) return null;
  const tail = tails.find(({ requestId }) => requestId === request.id) ?? null;
  return labelledTrace({ request, code, tail, uri, isOffered }, kept);
}
