import { ANSWERS } from '../../stopping/policy/answers.ts';
import { policyHash } from '../../stopping/policy/borrowed-weights.ts';
import type { Labels } from '../../stopping/policy/certificate.ts';
import type { LearnedWeights } from '../../stopping/policy/choose-rule.ts';
import { checkedWeights, type WeightsFile } from '../../stopping/policy/weights-file.ts';
import type { Calibrated } from './calibration.ts';
import type { DeployedPresets } from './deployed.ts';
import { readOutcome } from './outcome.ts';
import type { CalibrationRecord, CalibrationRecords } from './records.ts';

/** The form in which a calibration's weights are kept: of a weights file, what decides. */
interface KeptWeights extends Omit<WeightsFile, 'name' | 'digests' | 'trainedOn'> {
  readonly digest: string;
  readonly hash: string;
  /** In words. */
  readonly trainedOn: string;
  readonly labels: Labels;
}

interface CalibratedModel {
  readonly name: string;
  readonly digest: string;
  /** Name and version. */
  readonly engine: string;
}

/** Weights, thresholds and certificates as they are kept; JSON. */
export function keptWeights(
  model: CalibratedModel,
  weights: NonNullable<Calibrated['weights']>,
  labels: Labels,
): string {
  const { policy, path, trainedOn, presets } = weights;
  const { faithful, balanced, saver } = presets;
  const stored = ({ point }: DeployedPresets['saver']) => ({ showBar: 0, ...point });
  const kept: KeptWeights = {
    ...policy,
    model: model.name,
    digest: model.digest,
    engine: model.engine,
    certified: {
      faithful: faithful.certificate,
      balanced: balanced.certificate,
      saver: saver.certificate,
    },
    answers: ANSWERS,
    presets: { faithful: stored(faithful), balanced: stored(balanced), saver: stored(saver) },
    ...(path.length > 0 && { path }),
    hash: policyHash(policy).slice(0, 12),
    trainedOn,
    labels,
  };
  return JSON.stringify(kept);
}

/**
 * Weights as `keptWeights` wrote them.
 * @throws Error where they are of another form, or of other features than this version has
 */
export function readKeptWeights(json: string, answers = ANSWERS): LearnedWeights {
  const kept = JSON.parse(json) as KeptWeights;
  checkedWeights(kept);
  const { set, features, alive, done, left, presets, certified, path, labels } = kept;
  const answersChanged = kept.answers !== answers;
  return {
    policy: { set, features, alive, done, ...(left && { left }) },
    hash: kept.hash,
    trainedOn: kept.trainedOn,
    thresholds: presets,
    certified: answersChanged ? null : certified,
    ...(answersChanged && { answersChanged }),
    labels,
    ...(path && { path }),
  };
}

/**
 * The calibrated weights by model and engine. Read again where another window has calibrated since; while the
 * database can't be read, those that were read last are in force.
 */
export class CalibratedWeights {
  readonly #records: Records;
  readonly #warn: (line: string) => void;
  readonly #held = new Map<string, Held>();

  constructor(records: Records, warn: (line: string) => void) {
    this.#records = records;
    this.#warn = warn;
  }

  /** Null for a model that was never calibrated on this engine. */
  weightsFor({
    digest,
    engine,
  }: Pick<CalibratedModel, 'digest' | 'engine'>): LearnedWeights | null {
    const key = `${engine} ${digest}`;
    const held = this.#held.get(key);
    try {
      const record = this.#records.newest({ modelDigest: digest, engine });
      if (held && held.at === record?.calibratedAt) return held.weights;
      const weights = record && this.#read(record);
      this.#held.set(key, { at: record?.calibratedAt ?? 0, weights });
      return weights;
    } catch {
      return held?.weights ?? null;
    }
  }

  /** Of the last calibration of a workspace; null where there was none, or the database can't be read. */
  labelsFor({ digest, engine }: Pick<CalibratedModel, 'digest' | 'engine'>): Labels | null {
    try {
      const outcome = this.#records.lastOutcome({ modelDigest: digest, engine });
      const last = outcome === null ? null : readOutcome(outcome);
      return last?.ended === 'kept' ? last.labels : null;
    } catch {
      return null;
    }
  }

  #read({ weights }: CalibrationRecord): LearnedWeights | null {
    try {
      return weights === null ? null : readKeptWeights(weights);
    } catch (error) {
      const reason = error instanceof Error ? error.message : 'unknown';
      this.#warn(`a calibration can't be used any more (${reason}): calibrate again`);
      return null;
    }
  }
}

type Records = Pick<CalibrationRecords, 'newest' | 'lastOutcome'>;

interface Held {
  readonly at: number;
  readonly weights: LearnedWeights | null;
}
