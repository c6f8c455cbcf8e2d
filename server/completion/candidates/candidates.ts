import { EngineError } from '../../engines/engine.ts';
import { normalise } from '../../stopping/reading/normalise.ts';
import type { TraceToken } from '../../stopping/trace.ts';
import { offerOf } from '../answer.ts';
import type { PipelinePorts } from '../ports.ts';
import { decideAndPrepare, prepare, type Prepared } from '../prepared.ts';
import { realPlace, type CompletionRequest } from '../request.ts';
import { Branches } from './branches.ts';
import { OneCandidate, type Candidate } from './one-candidate.ts';

/** How many more are offered beside the one on show. */
const MOST = 2;
/** How many texts may be generated for these: some turn out to be nothing, or to say nothing new. */
const MOST_TRIES = 4;
/** Nothing is measured of them: no stream is followed behind its stop. */
const NOT_FOLLOWED = {
  ...{ first: false, control: false, controlRate: 0, toNewline: false, newlineRate: 0 },
} as const;

/** What stands at the cursor as ghost text. */
export interface Shown {
  readonly suggestionId: string;
  /** What is left of it behind what was typed. */
  readonly text: string;
  /** The tokens of that, as the engine wrote them. */
  readonly tokens: readonly TraceToken[];
  /** The model that wrote it. */
  readonly model: string;
}

/**
 * Further candidates for a place, on demand: each begins as the text on show does, goes another way at one token, and
 * is stopped by the same rule. Each is a request of the stretch, with a row of its own.
 */
export class Candidates {
  readonly #ports: PipelinePorts;

  constructor(ports: PipelinePorts) {
    this.#ports = ports;
  }

  /**
   * The likeliest first; fewer or none where the model sees no other way. Null where they can't be told: the signal
   * aborts, or the engine fails.
   */
  async more(
    request: CompletionRequest,
    shown: Shown,
    signal: AbortSignal,
  ): Promise<readonly Candidate[] | null> {
    const branches = new Branches(shown.tokens, shown.text.length);
    if (branches.isEmpty) return [];
    const settings = { ...request.settings, model: shown.model };
    const own = { ...request, settings };
    try {
      const ready = await prepare(own, settings, this.#ports, signal);
      return await this.#ports.slot.run(signal, (slotSignal) =>
        this.#inSlot(own, ready, { shown, branches }, slotSignal),
      );
    } catch (error) {
      const isCancel = error instanceof EngineError && error.code === 'cancelled';
      if (!isCancel && !signal.aborted) this.#ports.report.failed(error);
      return null;
    }
  }

  async #inSlot(
    request: CompletionRequest,
    ready: Prepared,
    { shown, branches }: { readonly shown: Shown; readonly branches: Branches },
    signal: AbortSignal,
  ): Promise<readonly Candidate[]> {
    const { episodes, now } = this.#ports;
    const { uri, languageId } = request;
    const place = { uri, languageId, ...realPlace(request) };
    const drawn = episodes.draw({ ...place, kind: ready.context.kind, mayWithhold: false });
    const draw = { ...drawn, ...NOT_FOLLOWED };
    const tried: OneCandidate[] = [];
    let [offered, failure]: [readonly OneCandidate[], unknown] = [[], null];
    try {
      const asked = { request, asked: now(), isLarger: true, draw, ready };
      const demand = { request, ...(await decideAndPrepare(asked, this.#ports, signal)) };
      const isEnough = () =>
        tried.length === MOST_TRIES || distinct(tried, shown.text).length === MOST;
      while (!branches.isEmpty && !isEnough()) {
        const one = new OneCandidate(demand, tried.length + 2, this.#ports);
        tried.push(one);
        await one.generate(branches, signal);
      }
      if (request.isCurrent()) offered = distinct(tried, shown.text);
    } catch (error) {
      failure = signal.aborted ? null : error;
      throw error;
    } finally {
      for (const one of tried) one.write(offered.includes(one), failure);
      for (const { suggestion } of candidatesOf(offered)) {
        const offer = offerOf(draw, suggestion, request);
        episodes.offered({ ...offer, beside: shown.suggestionId });
      }
      episodes.over(draw.episodeId);
    }
    return candidatesOf(offered);
  }
}

function candidatesOf(tried: readonly OneCandidate[]): Candidate[] {
  return tried.flatMap(({ candidate }) => candidate ?? []);
}

/** Those that say something new, the likeliest first: how another one begins can be taken of that one by the word. */
function distinct(tried: readonly OneCandidate[], shown: string): OneCandidate[] {
  const texts = [normalise(shown)];
  const own = tried.filter(({ candidate }) => {
    const text = normalise(candidate?.suggestion.text ?? '');
    if (texts.some((other) => other.startsWith(text))) return false;
    texts.push(text);
    return true;
  });
  const probability = ({ candidate }: OneCandidate) => candidate?.probability ?? 0;
  return own.sort((a, b) => probability(b) - probability(a));
}
