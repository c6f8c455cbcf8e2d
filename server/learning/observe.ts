import type {
  ControlTail,
  Ledger,
  OpenEpisode,
  RequestCode,
  RequestRecord,
  SettledEpisode,
  ShadowTail,
  SpanTokens,
} from '../outcomes/records.ts';
import type { TraceToken } from '../stopping/trace.ts';
import { labelledTrace, type Labelled, type ShadowTrace } from './fit/labelled-trace.ts';
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
  /** What was generated at idle behind the first request's text. */
  shadow: { readonly tokens: readonly TraceToken[]; readonly ended: ShadowTail['ended'] } | null;
}

/**
 * A first request that was stopped early, and whose stretch has not settled. Not one that was drawn to run on
 * behind its stop: what is known of that one depends on the draw alone. It is code: in memory only.
 */
export interface Unfinished {
  readonly request: RequestRecord;
  readonly code: RequestCode;
  /** So far: up to the stop, and what was generated at idle behind it. */
  readonly tokens: readonly TraceToken[];
  readonly uri: string;
}

/** Port: what a shadow continues, and where it says what came of that. */
export interface Stretches {
  /** The latest first. */
  unfinished(): Unfinished[];
  /** @param tokens of this try */
  continued(tail: ShadowTail, tokens: readonly TraceToken[]): void;
}

/**
 * A ledger that also hands each settled stretch to `observe`: its requests and its label, as numbers. What an
 * earlier process began is no evidence, since its requests are not at hand. The text of each first request is
 * held here until its stretch settles, and then is dropped.
 */
export class ObservedLedger implements Ledger, Stretches {
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

  recordShadowTail(tail: ShadowTail): void {
    this.#ledger.recordShadowTail(tail);
    const { at, tokens } = tail;
    this.#observe({ kind: 'spent', by: 'shadow', at, tokens });
  }

  recordSpanTokens(spent: SpanTokens): void {
    if (spent.tokens === 0) return;
    this.#ledger.recordSpanTokens(spent);
    this.#observe({ kind: 'spent', ...spent });
  }

  unfinished(): Unfinished[] {
    return [...this.#open.values()].flatMap((open) => unfinishedOf(open) ?? []).reverse();
  }

  continued(tail: ShadowTail, tokens: readonly TraceToken[]): void {
    this.recordShadowTail(tail);
    for (const open of this.#open.values()) {
      if (firstOf(open)?.request.id !== tail.requestId) continue;
      const before = open.shadow?.tokens ?? [];
      open.shadow = { tokens: [...before, ...tokens], ended: tail.ended };
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
    const open: Open = {
      ...{ requests: [], tails: [], uri: '', simulated: false, answered: [] },
      shadow: null,
    };
    this.#open.set(episodeId, open);
    const [oldest] = this.#open.keys();
    if (this.#open.size > MOST_OPEN && oldest !== undefined) this.#open.delete(oldest);
    return open;
  }
}

function labelledOf(open: Open, isOffered: boolean, kept: string): Labelled | null {
  const first = firstOf(open);
  if (!first) return null;
  const { request, code } = first;
  const tail = open.tails.find(({ requestId }) => requestId === request.id) ?? null;
  const shadow = shadowOf(open, code);
  return labelledTrace({ request, code, tail, shadow, uri: open.uri, isOffered }, kept);
}

function firstOf({ answered }: Open): Answered | undefined {
  return answered.find(({ request }) => request.first);
}

/** Null where its end is not known. */
function shadowOf({ shadow }: Open, code: RequestCode): ShadowTrace | null {
  if (shadow?.ended !== 'natural-end' && shadow?.ended !== 'cap') return null;
  return { tokens: [...code.tokens, ...shadow.tokens], end: shadow.ended };
}

function unfinishedOf(open: Open): Unfinished | null {
  const { uri, simulated, shadow } = open;
  const first = firstOf(open);
  if (!first || simulated || (shadow && shadow.ended !== 'pre-empted')) return null;
  const { request, code } = first;
  const { ended, stopReason, control, withheld } = request;
  const isStopped = ended === 'stopped' && stopReason !== 'natural-end' && stopReason !== 'cap';
  if (!isStopped || control || withheld) return null;
  return { request, code, uri, tokens: [...code.tokens, ...(shadow?.tokens ?? [])] };
}
