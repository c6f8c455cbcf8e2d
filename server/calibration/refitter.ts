import { formatCount } from '../../shared/figures.ts';
import type { Capabilities } from '../engines/engine.ts';
import { readOutcome, waiting, type Outcome } from '../learning/calibrate/outcome.ts';
import {
  OWN_TRACES,
  type CalibrationKey,
  type CalibrationRecords,
} from '../learning/calibrate/records.ts';
import type { EvidenceRows } from '../learning/evidence-rows.ts';
import { certifyTraces, type Known } from './certify-traces.ts';
import type { Fitting } from './fitting.ts';
import { ANSWERS } from '../stopping/policy/answers.ts';

/** Traces after which nothing was offered: with fewer, neither half says anything. */
export const ENOUGH_TO_REFIT = 300;
/** After a refit, so many more before the next. */
const FRESH = 100;
/** Of those after an offer, at most so many are fitted on. */
const MOST_FOLLOWED = 1_500;
/** Between two looks at whether there are enough, milliseconds. */
const LOOK_MS = 60_000;

type Model = Pick<Capabilities, 'model' | 'engine' | 'version'>;

export interface RefitterPorts {
  readonly records: CalibrationRecords;
  readonly evidence: EvidenceRows;
  readonly fitting: Fitting;
  readonly known: (model: Capabilities['model']) => Known;
  /** Other weights are in force. */
  readonly replaced: () => void;
  /** For the log. */
  readonly say: (line: string) => void;
  /** A sentence for the user. */
  readonly notice: (sentence: string) => void;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/**
 * Refits the learned policy on the user's own traces, on a thread of its own, once there are enough and again with
 * each hundred more. What is in force is replaced only by weights that are certified and surely better, held out.
 */
export class Refitter {
  readonly #ports: RefitterPorts;
  readonly #ended = new AbortController();
  /** By the model's name. */
  readonly #lookedAt = new Map<string, number>();
  #running = Promise.resolve();
  #isRunning = false;

  constructor(ports: RefitterPorts) {
    this.#ports = ports;
  }

  /** While nobody types: begins a refit of this model where one is due; looks once a minute, one model at a time. */
  heed(model: Model): void {
    const { now } = this.#ports;
    const { name } = model.model;
    if (this.#isRunning || this.#ended.signal.aborted) return;
    if (Math.abs(now() - (this.#lookedAt.get(name) ?? -Infinity)) < LOOK_MS) return;
    this.#lookedAt.set(name, now());
    this.#isRunning = true;
    this.#running = this.refit(model)
      .catch((error: unknown) => {
        if (this.#ended.signal.aborted) return;
        const reason = error instanceof Error ? error.message : 'unknown';
        this.#ports.say(`no refit of ${name}: ${reason}`);
      })
      .finally(() => (this.#isRunning = false));
  }

  /**
   * Where a refit is due. Too few traces are written down as what is waited for.
   * @throws Error where the database can't be read, or the fit fails
   */
  async refit({ model, engine, version }: Model): Promise<void> {
    const { records, evidence, fitting, known, now, say } = this.#ports;
    const { digest: modelDigest, name } = model;
    const key: CalibrationKey = { modelDigest, engine, workspace: OWN_TRACES };
    const last = lastOf(records, key);
    const since = last?.at ?? 0;
    const [spans, typed] = [
      records.countSpans(key, ANSWERS, since),
      evidence.count(key, ANSWERS, since),
    ];
    const traces = spans.total + typed.total;
    if (traces < ENOUGH_TO_REFIT) {
      if (last && (last.ended !== 'waiting' || last.traces === traces)) return;
      const why = `${formatCount(traces)} of ${formatCount(ENOUGH_TO_REFIT)} traces are there`;
      saveOutcome(records, key, waiting({ at: now(), model: name, traces, why }));
      return;
    }
    const due = last === null || last.ended === 'waiting' || spans.fresh + typed.fresh >= FRESH;
    if (!due) return;
    const followed = evidence.followed(key, ANSWERS, MOST_FOLLOWED);
    const { inForce } = known(model);
    const { outcome } = await certifyTraces({
      ...{ records, fitting, key, now, signal: this.#ended.signal },
      about: { model: name, digest: modelDigest, engine: `${engine} ${version}` },
      // Known weights are not certified anew: what is in force stays, or own ones take its place.
      known: { weights: null, inForce },
      traces: [
        ...records.spansOf(key, ANSWERS).map(({ trace }) => trace),
        ...followed.filter(({ anchored }) => !anchored),
      ],
      anchored: followed.filter(({ anchored }) => anchored),
      source: 'traces of your own after which nothing was offered',
    });
    say(`refit of ${name} on ${outcome.traces} traces: ${outcome.ended}; ${outcome.why}`);
    if (outcome.ended !== 'replaced') return;
    this.#ports.replaced();
    this.#ports.notice(
      `Shortstop now stops ${name} by weights that were fitted on your own traces (${outcome.why}). "Shortstop: Reset Learning" brings back what ships.`,
    );
  }

  /** Ends what runs; nothing of it is kept. */
  async end(): Promise<void> {
    this.#ended.abort();
    await this.#running;
  }
}

function lastOf(records: CalibrationRecords, key: CalibrationKey): Outcome | null {
  const outcome = records.of(key)?.outcome ?? null;
  return outcome === null ? null : readOutcome(outcome);
}

function saveOutcome(records: CalibrationRecords, key: CalibrationKey, outcome: Outcome): void {
  const before = records.of(key);
  const nothing = { ...key, looks: 0, spans: '', calibratedAt: outcome.at, weights: null };
  records.save({ ...(before ?? nothing), outcome: JSON.stringify(outcome) });
}
