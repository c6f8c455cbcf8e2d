import type { ControlTail, Ledger, RequestRecord, SettledEpisode } from '../outcomes/records.ts';
import type { Evidence } from './learner.ts';

/** The one door for all evidence. */
export type Observe = (evidence: Evidence) => void;

/** What was requested and never settled is forgotten behind so many stretches. */
const MOST_OPEN = 1000;

/**
 * A ledger that also hands each settled stretch to `observe`: its requests and its label, as numbers. What an
 * earlier process began is no evidence, since its requests are not at hand.
 */
export class ObservedLedger implements Ledger {
  readonly #ledger: Ledger;
  readonly #observe: Observe;
  readonly #open = new Map<string, { requests: RequestRecord[]; tails: ControlTail[] }>();

  constructor(ledger: Ledger, observe: Observe) {
    this.#ledger = ledger;
    this.#observe = observe;
  }

  recordRequest(request: RequestRecord): void {
    this.#ledger.recordRequest(request);
    this.#observe({ kind: 'request', request, simulated: false });
    const open = this.#open.get(request.episodeId) ?? { requests: [], tails: [] };
    open.requests.push(request);
    this.#open.set(request.episodeId, open);
    const [oldest] = this.#open.keys();
    if (this.#open.size > MOST_OPEN && oldest !== undefined) this.#open.delete(oldest);
  }

  recordControlTail(tail: ControlTail): void {
    this.#ledger.recordControlTail(tail);
    for (const { requests, tails } of this.#open.values()) {
      if (requests.some(({ id }) => id === tail.requestId)) tails.push(tail);
    }
  }

  settleEpisode(settled: SettledEpisode): void {
    this.#ledger.settleEpisode(settled);
    const open = this.#open.get(settled.episodeId);
    if (!open) return;
    this.#open.delete(settled.episodeId);
    const label = { ...settled, servedText: null, keptText: null };
    this.#observe({ kind: 'stretch', ...open, label, trace: null });
  }

  recordMemoryAnswer: Ledger['recordMemoryAnswer'] = (answer) =>
    this.#ledger.recordMemoryAnswer(answer);
  saveOpenEpisode: Ledger['saveOpenEpisode'] = (episode) => this.#ledger.saveOpenEpisode(episode);
  openEpisodes: Ledger['openEpisodes'] = () => this.#ledger.openEpisodes();

  /** All data were deleted. */
  forget(): void {
    this.#open.clear();
  }
}
