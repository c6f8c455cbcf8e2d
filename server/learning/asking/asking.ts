import { z } from 'zod';
import type { Preset } from '../../../shared/settings.ts';
import { ASKING_FEATURES, askingVector } from './features.ts';
import type { StretchNow } from './question.ts';
import shipped from './weights.json' with { type: 'json' };

const weightsSchema = z.object({
  /** Characters without any feature. */
  intercept: z.number(),
  /** Characters more, by feature. */
  weights: z.record(z.string(), z.number()),
  /** Characters that asking must be worth more than waiting, by preset. */
  bars: z.object({ faithful: z.number(), balanced: z.number(), saver: z.number() }),
  /** For people. */
  fittedOn: z.string(),
});
export type AskingWeights = z.infer<typeof weightsSchema>;

/** @throws Error where a feature has no weight or a weight no feature */
export function checkedAskingWeights(json: unknown): AskingWeights {
  const weights = weightsSchema.parse(json);
  const known = Object.keys(ASKING_FEATURES).sort().join();
  if (Object.keys(weights.weights).sort().join() !== known) {
    throw new Error('the weights of asking are for other features: fit them again');
  }
  return weights;
}

export const SHIPPED_ASKING: AskingWeights = checkedAskingWeights(shipped);

/**
 * How many characters more a request at this key is worth than waiting for the next one, by expectation and less the
 * price of a request: the difference of two linear action values, fitted by Q-iteration on recorded stretches
 * (docs/asking.md).
 */
export function worthOfAsking(now: StretchNow, { intercept, weights }: AskingWeights): number {
  const names = Object.keys(ASKING_FEATURES);
  return askingVector(now).reduce(
    (sum, value, at) => sum + value * (weights[names[at] ?? ''] ?? 0),
    intercept,
  );
}

/**
 * Whether a request at this key is worth its cost under a preset; `custom` has the bar of `balanced`.
 * @param raised by how many characters the bar is higher than the preset's
 */
export function isWorthAsking(
  now: StretchNow,
  preset: Preset,
  weights: AskingWeights = SHIPPED_ASKING,
  raised = 0,
): boolean {
  const bar = weights.bars[preset === 'custom' ? 'balanced' : preset];
  return worthOfAsking(now, weights) >= bar + raised;
}
