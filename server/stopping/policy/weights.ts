import { RUNNING_ANSWERS } from './answers.ts';
import { borrowWeights } from './borrowed-weights.ts';
import { sameEngine, type PresetCertificates } from './certificate.ts';
import type { HeldOut, LearnedWeights } from './choose-rule.ts';
import { checkedWeights, type WeightsFile } from './weights-file.ts';
import qwen05 from './weights/qwen2.5-coder-0.5b.json' with { type: 'json' };
import qwen05Full from './weights/qwen2.5-coder-0.5b.full.json' with { type: 'json' };
import qwen15 from './weights/qwen2.5-coder-1.5b.json' with { type: 'json' };

/** Weights that ship, and what is known of them. Their hash is of their training data. */
export interface ShippedWeights extends LearnedWeights {
  /** Recorded on this very digest, not on another one of the same model. */
  readonly sameFile: boolean;
  /** Null: nothing is certified for this digest and engine. */
  readonly certified: PresetCertificates | null;
  readonly thresholds: WeightsFile['presets'];
  readonly withAlternatives?: ShippedWeights;
}

const OWN: readonly WeightsFile[] = [checkedWeights(qwen05)];
const LITE: readonly WeightsFile[] = [...OWN, checkedWeights(borrowWeights(qwen15, OWN))];
const FULL: readonly WeightsFile[] = [checkedWeights(qwen05Full)];

interface Wanted {
  readonly name: string;
  readonly digest: string;
  /** A certificate holds for the engine that it was given on. */
  readonly engine?: string;
}

/**
 * The learned weights for a model: by a digest that they were recorded on, else by the model's name.
 * Null for a model that none were trained for.
 * @param answers what the running code answers: a certificate holds for no other answers
 */
export function weightsFor(
  model: Wanted,
  lite: readonly WeightsFile[] = LITE,
  full: readonly WeightsFile[] = FULL,
  answers: readonly string[] = RUNNING_ANSWERS,
): ShippedWeights | null {
  const weights = foundAmong(lite, model, answers);
  const withAlternatives = foundAmong(full, model, answers);
  return weights && withAlternatives ? { ...weights, withAlternatives } : weights;
}

/** Another model's weights, for a model that none were trained for: a calibration has to begin somewhere. */
export function lentWeights(
  lender = OWN[0],
): Pick<LearnedWeights, 'policy' | 'trainedOn' | 'problems'> | null {
  if (!lender) return null;
  const { set, features, alive, done, trainedOn, model } = lender;
  return {
    policy: { set, features, alive, done },
    trainedOn: `${trainedOn.traces} traces of another model, ${model}`,
    problems: trainedOn.problems ?? [],
  };
}

function foundAmong(
  files: readonly WeightsFile[],
  model: Wanted,
  answers: readonly string[],
): ShippedWeights | null {
  const exact = files.find(({ digests }) => digests.includes(model.digest));
  const named = (file: WeightsFile) => new RegExp(file.name).test(model.name.toLowerCase());
  const file = exact ?? files.find(named);
  if (!file) return null;
  const { set, features, alive, done, left, presets, spends, certified, trainedOn } = file;
  // A path belongs to the traces that it was chosen on: a borrower has its own presets.
  const path = file.borrowed ? undefined : file.path;
  const heldOut = heldOutOf(file);
  const answersChanged = certified !== null && !answers.includes(file.answers ?? '');
  const holds = exact && sameEngine(file.engine, model.engine) && !answersChanged;
  const digest = exact ? 'this very file' : 'another digest of the same model';
  return {
    policy: { set, features, alive, done, ...(left && { left }) },
    hash: trainedOn.sha256.slice(0, 12),
    trainedOn: `${originOf(file)} on ${file.engine}, ${digest}`,
    sameFile: exact !== undefined,
    certified: holds ? certified : null,
    ...(answersChanged && { answersChanged }),
    thresholds: presets,
    problems: trainedOn.problems ?? [],
    ...(path && { path }),
    ...(path && heldOut && { heldOut }),
    ...(spends && { spends }),
  };
}

/** Null where the file says nothing of it. */
function heldOutOf({ heldOut, trainedOn: { complete = 0 } }: WeightsFile): HeldOut | null {
  if (!heldOut || complete === 0) return null;
  return { n: complete, steps: heldOut.map(([tokens = 0, matches = 0]) => [tokens, matches]) };
}

function originOf({ model, trainedOn, borrowed }: WeightsFile): string {
  if (!borrowed) return `${trainedOn.traces} traces of ${model}`;
  return `${trainedOn.traces} traces of another model, ${borrowed.from}, with thresholds chosen on ${borrowed.traces} traces of ${model}`;
}
