import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { FEATURE_NAMES, type FeatureSet } from '../../server/stopping/reading/features.ts';
import type { PolicyWeights, TreeNode } from '../../server/stopping/policy/model.ts';

const SHIPPED = join(import.meta.dirname, '../../server/stopping/policy/weights');

/** The files that the daemon loads, by their set of features. */
export const SHIPPED_WEIGHTS = {
  lite: join(SHIPPED, 'qwen2.5-coder-0.5b.json'),
  full: join(SHIPPED, 'qwen2.5-coder-0.5b.full.json'),
} as const satisfies Readonly<Record<FeatureSet, string>>;

export const featureSet = z.enum(['lite', 'full']);

/** Weights, and what they were trained on. */
export interface TrainedWeights extends PolicyWeights {
  readonly trainedOn: {
    readonly traces: number;
    readonly complete: number;
    /** Of the feature files, one after the other. */
    readonly sha256: string;
    /** Hashes of the problems: no held-out trace may be of one of them. */
    readonly problems: readonly string[];
  };
}

const treeSchema: z.ZodType<TreeNode> = z.lazy(() =>
  z.union([
    z.object({ value: z.number() }),
    z.object({ feature: z.number().int(), at: z.number(), left: treeSchema, right: treeSchema }),
  ]),
);
const numbers = z.array(z.number());
const partSchema = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('logistic'),
    means: numbers,
    scales: numbers,
    weights: numbers,
    bias: z.number(),
  }),
  z.object({ kind: z.literal('trees'), bias: z.number(), trees: z.array(treeSchema) }),
]);
const modelSchema = z.union([
  partSchema,
  z.object({ kind: z.literal('mean'), models: z.array(partSchema).min(1) }),
]);
const weightsSchema = z.object({
  set: featureSet,
  features: z.array(z.string()),
  alive: modelSchema,
  done: modelSchema,
  left: z.object({ model: modelSchema, most: z.number().positive() }).exactOptional(),
  trainedOn: z.object({
    traces: z.number().int(),
    complete: z.number().int(),
    sha256: z.string(),
    problems: z.array(z.string()),
  }),
});

/** For `JSON.stringify`: seven digits say more than such weights know. */
export const shortNumber = (_: string, value: unknown): unknown =>
  typeof value === 'number' ? Number(value.toPrecision(7)) : value;

export async function writeWeights(file: string, weights: TrainedWeights): Promise<void> {
  await writeFile(file, `${JSON.stringify(weights, shortNumber)}\n`);
}

/** @throws Error where the file is of another form, or of other features than this version's */
export async function readWeights(file: string): Promise<TrainedWeights> {
  const weights = weightsSchema.parse(JSON.parse(await readFile(file, 'utf8')));
  const names = FEATURE_NAMES[weights.set];
  if (weights.features.join() !== names.join()) {
    throw new Error(`${file} was trained on other features than this version has; train it again`);
  }
  return weights;
}
