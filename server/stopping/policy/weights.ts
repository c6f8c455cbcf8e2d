import type { Spends } from './alternatives.ts';
import { checkPath, presetPath } from './aggressiveness.ts';
import { RUNNING_ANSWERS } from './answers.ts';
import { borrowWeights } from './borrowed-weights.ts';
import { OWN_PRESETS, sameEngine, type OwnPreset, type PresetCertificates } from './certificate.ts';
import type { LearnedWeights } from './choose-rule.ts';
import { FEATURE_NAMES } from '../reading/features.ts';
import { tokensLeft, type Model, type PolicyWeights } from './model.ts';
import type { OperatingPoint, PartialPoint } from './point.ts';
import qwen05 from './weights/qwen2.5-coder-0.5b.json' with { type: 'json' };
import qwen05Full from './weights/qwen2.5-coder-0.5b.full.json' with { type: 'json' };
import qwen15 from './weights/qwen2.5-coder-1.5b.json' with { type: 'json' };

/** A preset's thresholds in a file. */
type StoredPoint = Omit<OperatingPoint, 'lambda'>;

/** Weights that ship, and what is known of them. Their hash is of their training data. */
export interface ShippedWeights extends LearnedWeights {
  /** Recorded on this very digest, not on another one of the same model. */
  readonly sameFile: boolean;
  /** Null: nothing is certified for this digest and engine. */
  readonly certified: PresetCertificates | null;
  readonly thresholds: Readonly<Record<OwnPreset, StoredPoint>>;
  readonly withAlternatives?: ShippedWeights;
}

/** The form of a file in `weights/`; `bench/ship` writes it. */
export interface WeightsFile extends PolicyWeights {
  /** For people. */
  readonly model: string;
  /** A pattern of lower-case model names. */
  readonly name: string;
  /** As engines give them; `sha256:` and 64 hex digits. */
  readonly digests: readonly string[];
  readonly engine: string;
  readonly certified: PresetCertificates | null;
  /** What rule and repairs answered under these weights when they were certified: SHA-256, hexadecimal. */
  readonly answers?: string;
  readonly presets: ShippedWeights['thresholds'];
  readonly path?: readonly PartialPoint[];
  readonly spends?: Spends;
  readonly trainedOn: { readonly traces: number; readonly sha256: string };
  /** Only where the weights are another model's: whose, and on how many traces of this one its thresholds were chosen. */
  readonly borrowed?: { readonly from: string; readonly traces: number };
}

/**
 * A weights file, checked where a mistake would change decisions unseen.
 * @throws Error where it was trained on other features than this version has, a number is missing, or its
 * path turns back
 */
export function checkedWeights(json: unknown): WeightsFile {
  const file = json as WeightsFile;
  const names = FEATURE_NAMES[file.set];
  if (file.features.join() !== names.join()) {
    throw new Error(`${file.model}: trained on other features than this version has`);
  }
  for (const model of [file.alive, file.done]) checkModel(model, names.length, file.model);
  for (const preset of OWN_PRESETS) {
    const { tauDone, tauAlive, showBar } = file.presets[preset];
    if (![tauDone, tauAlive, showBar].every((p) => p >= 0 && p <= 1)) {
      throw new Error(`${file.model}: a threshold of ${preset} is no probability`);
    }
  }
  checkPath(file.path ?? presetPath(file.presets));
  const expected = file.left && tokensLeft(file.left, new Array<number>(names.length).fill(0));
  if (expected !== undefined && !(expected > 0)) {
    throw new Error(`${file.model}: expects no number of tokens`);
  }
  return file;
}

function checkModel(model: Model, width: number, name: string): void {
  if (model.kind === 'mean') {
    for (const part of model.models) checkModel(part, width, name);
    return;
  }
  const numbers =
    model.kind === 'logistic'
      ? [model.bias, ...model.weights, ...model.means, ...model.scales]
      : [model.bias];
  const complete =
    model.kind === 'trees' ? model.trees.length > 0 : numbers.length === 3 * width + 1;
  if (!complete || !numbers.every(Number.isFinite)) {
    throw new Error(`${name}: its ${model.kind} model is incomplete`);
  }
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
    ...(path && { path }),
    ...(spends && { spends }),
  };
}

function originOf({ model, trainedOn, borrowed }: WeightsFile): string {
  if (!borrowed) return `${trainedOn.traces} traces of ${model}`;
  return `${trainedOn.traces} traces of another model, ${borrowed.from}, with thresholds chosen on ${borrowed.traces} traces of ${model}`;
}
