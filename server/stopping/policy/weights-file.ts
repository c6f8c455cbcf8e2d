import type { Spends } from './alternatives.ts';
import { checkPath, presetPath } from './aggressiveness.ts';
import { OWN_PRESETS, type OwnPreset, type PresetCertificates } from './certificate.ts';
import { FEATURE_NAMES } from '../reading/features.ts';
import { tokensLeft, type Model, type PolicyWeights } from './model.ts';
import type { OperatingPoint, PartialPoint } from './point.ts';

/** A preset's thresholds in a file. */
type StoredPoint = Omit<OperatingPoint, 'lambda'>;

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
  readonly presets: Readonly<Record<OwnPreset, StoredPoint>>;
  readonly path?: readonly PartialPoint[];
  /** Of the reference and of each point of the path: mean tokens, and matches of all `complete` traces. */
  readonly heldOut?: readonly (readonly number[])[];
  readonly spends?: Spends;
  readonly trainedOn: {
    readonly traces: number;
    readonly complete?: number;
    readonly sha256: string;
    /** Hashes of the problems. */
    readonly problems?: readonly string[];
  };
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
