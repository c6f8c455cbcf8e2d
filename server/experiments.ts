import { randomBytes, randomUUID } from 'node:crypto';
import { armsInWords, stateInWords } from '../shared/experiment-words.ts';
import type { AdoptedSettings, StartExperimentParams } from '../shared/learning-protocol.ts';
import { EXPERIMENT_ENDPOINTS, type Experiment } from '../shared/stats.ts';
import type { Settings } from '../shared/settings.ts';
import {
  completeArms,
  definitionSchema,
  ExperimentError,
} from './learning/experiment/definition.ts';
import { isRunning, type ExperimentState, type Trial } from './learning/experiment/experiment.ts';
import type { ExperimentRecords } from './learning/experiment/records.ts';
import { viewOf } from './learning/experiment/view.ts';
import type { Observe } from './learning/observe.ts';

export interface ExperimentsPorts {
  /** What the learner knows by now; null while the database can't be read. */
  readonly state: () => ExperimentState | null;
  readonly observe: Observe;
  /** While learning is switched off, nothing is counted. */
  readonly paused: () => boolean;
  readonly records: ExperimentRecords;
  /** @throws EngineError where a model is not ready */
  readonly ready: (model: string) => Promise<unknown>;
  /** Milliseconds from a key to its answer, of the requests so far. */
  readonly answerMs: () => readonly number[];
  readonly now: () => number;
  readonly notice: (sentence: string) => void;
}

/** Tokens of a stretch from which on more are no worse. */
const TOKENS_BOUND = 100;
/** The same for its latency, where no answer has been timed, and what it is kept within, milliseconds. */
const LATENCY_BOUND = { unknown: 2000, least: 100, most: 10_000 };

/** Begins and ends experiments at the user's word, writes down how they end, and says so. */
export class Experiments {
  readonly #ports: ExperimentsPorts;

  constructor(ports: ExperimentsPorts) {
    this.#ports = ports;
  }

  /** The one that goes on, or the last one. */
  current(): Experiment | null {
    const state = this.#ports.state();
    return state === null || state === 'none' ? null : viewOf(state);
  }

  /**
   * @param today the settings that hold
   * @throws ExperimentError for arms that can't be compared, or where one goes on
   * @throws EngineError where an arm's model is not ready
   */
  async start(given: StartExperimentParams, today: Settings): Promise<Experiment> {
    if (this.#ports.paused()) {
      throw new ExperimentError(
        'Learning is switched off, so nothing would be counted: switch shortstop.learning.enabled on.',
      );
    }
    this.#refuseSecond();
    const endpoint = definitionSchema.shape.endpoint.safeParse(given.endpoint);
    if (!endpoint.success) {
      throw new ExperimentError(
        `The verdict falls on ${[...EXPERIMENT_ENDPOINTS, 'any'].join(', ')}.`,
      );
    }
    const arms = completeArms(given, today);
    for (const { model } of [arms.a, arms.b]) {
      if (typeof model === 'string') await this.#ports.ready(model);
    }
    this.#refuseSecond();
    const { now, observe, answerMs } = this.#ports;
    const definition = {
      ...arms,
      id: randomUUID(),
      seed: randomBytes(4).readInt32BE(),
      startedAt: now(),
      endpoint: endpoint.data,
      bounds: { tokens: TOKENS_BOUND, latency: latencyBound(answerMs()) },
    };
    observe({ kind: 'experiment', act: { start: definition }, at: definition.startedAt });
    const trial = this.#known();
    this.#write(trial);
    return viewOf(trial);
  }

  /** @throws ExperimentError where none goes on */
  stop(): Experiment {
    if (!isRunning(this.#known()))
      throw new ExperimentError('No experiment goes on: it has ended already.');
    this.#ports.observe({ kind: 'experiment', act: 'stop', at: this.#ports.now() });
    const trial = this.#known();
    this.#write(trial);
    return viewOf(trial);
  }

  /**
   * The settings of the better arm, for whoever writes settings.
   * @throws ExperimentError where no arm is known to be better
   */
  adopt(): AdoptedSettings {
    const { verdict, definition } = this.#known();
    if (!verdict) throw new ExperimentError('The experiment goes on: there is no winner yet.');
    if (!verdict.winner) {
      throw new ExperimentError(
        'The experiment ended without a winner: there is nothing to take over.',
      );
    }
    this.#ports.observe({ kind: 'experiment', act: 'adopted', at: this.#ports.now() });
    this.#write(this.#known());
    return definition[verdict.winner];
  }

  /** To be called when something has settled: a verdict is written down and said, once. */
  heed(): void {
    const state = this.#ports.state();
    if (state === null || state === 'none' || !state.verdict) return;
    if (this.#ports.records.load(state.definition.id)?.verdict) return;
    this.#write(state);
    const adopt = state.verdict.winner
      ? ' Take its settings over with “Shortstop: Experiment…”, or shortstop experiment adopt.'
      : '';
    const view = viewOf(state);
    this.#ports.notice(
      `The experiment ${armsInWords(view)} has ended. ${stateInWords(view)}${adopt}`,
    );
  }

  #refuseSecond(): void {
    const state = this.#ports.state();
    if (state === null)
      throw new ExperimentError('The database can’t be read now: run the doctor.');
    if (isRunning(state)) {
      throw new ExperimentError(
        'An experiment goes on: wait for its verdict, or stop it (“Shortstop: Experiment…”, or shortstop experiment stop).',
      );
    }
  }

  /** @throws ExperimentError where there is none */
  #known(): Trial {
    const state = this.#ports.state();
    if (state === null || state === 'none') throw new ExperimentError('There is no experiment.');
    return state;
  }

  #write({ definition, verdict, adoptedAt, ...state }: Trial): void {
    this.#ports.records.save({
      id: definition.id,
      startedAt: definition.startedAt,
      definition: JSON.stringify(definition),
      state: verdict && JSON.stringify(state),
      verdict: verdict && JSON.stringify(verdict),
      endedAt: verdict?.at ?? null,
      adoptedAt,
    });
  }
}

/** Twice the 95 % quantile: little is cut off, and what is not fills the scale. */
function latencyBound(answerMs: readonly number[]): number {
  const sorted = [...answerMs].sort((x, y) => x - y);
  const high = sorted[Math.floor(0.95 * (sorted.length - 1))];
  if (high === undefined) return LATENCY_BOUND.unknown;
  return Math.min(LATENCY_BOUND.most, Math.max(LATENCY_BOUND.least, 2 * high));
}
