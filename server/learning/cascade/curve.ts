import { z } from 'zod';
import shipped from './curve.json' with { type: 'json' };

const lineSchema = z.object({ bias: z.number(), slope: z.number() });
const curveSchema = z.object({
  small: lineSchema,
  large: lineSchema,
  own: lineSchema,
  lambda: z.number().min(0),
  fittedOn: z.object({
    pairs: z.number().int(),
    problems: z.number().int(),
    models: z.tuple([z.string(), z.string()]),
  }),
});

/** Log-odds of a match, linear in the log-odds of a `pAlive`. */
export type Line = z.infer<typeof lineSchema>;

/** How probably each of two models is right. */
export interface PairCurve {
  /** By the smaller one's `pAlive` at its stop, before the larger one was asked. */
  readonly small: Line;
  readonly large: Line;
  /** The larger one, by its own `pAlive`, once it has answered. */
  readonly own: Line;
}

/** What is believed of two models at one place; probabilities of a match. */
export interface Beliefs {
  readonly pSmall: number;
  readonly pLarge: number;
}

/**
 * Fitted on half of the problems of recorded pairs of a 0.5B and a 1.5B model (`bench cascade --out`). Of another
 * pair it is what is assumed until its own pairs have come.
 */
export const SHIPPED_CURVE: PairCurve & z.infer<typeof curveSchema> = curveSchema.parse(shipped);

/** Log-odds are held to those of 1 in 1000. */
const CLIP = 1e-3;

export function logOdds(p: number): number {
  const clipped = Math.min(1 - CLIP, Math.max(CLIP, p));
  return Math.log(clipped / (1 - clipped));
}

/** @param pAlive as the smaller model's rule left it; a rule that has none counts as hopeless */
export function beliefsOf(
  { small, large }: Pick<PairCurve, 'small' | 'large'>,
  pAlive: number | null,
): Beliefs {
  const at = logOdds(pAlive ?? 0);
  return { pSmall: onLine(small, at), pLarge: onLine(large, at) };
}

/** Once the larger model has answered, how probably it is right. */
export function ownBelief({ own }: Pick<PairCurve, 'own'>, pAlive: number | null): number {
  return onLine(own, logOdds(pAlive ?? 0));
}

function onLine({ bias, slope }: Line, at: number): number {
  return 1 / (1 + Math.exp(-(bias + slope * at)));
}
