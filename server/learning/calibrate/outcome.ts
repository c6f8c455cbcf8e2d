import { z } from 'zod';
import type { Calibrated } from './calibration.ts';

const readingSchema = z.object({ tokens: z.number(), matches: z.number() });

const outcomeSchema = z.object({
  /** Milliseconds since the epoch. */
  at: z.number(),
  /** `replaced`: its weights are in force since. */
  ended: z.enum(['replaced', 'kept']),
  /** In words: what is certified, or why what was in force stays so. */
  why: z.string(),
  /** That it was given. */
  traces: z.number(),
  labels: z.object({ have: z.number(), needed: z.number() }),
  /** Balanced as it was in force, and as it is from then on; null where that stayed. */
  heldOut: z.object({ n: z.number(), before: readingSchema, after: readingSchema.nullable() }),
  /** Mean tokens for as many matches; null where no weights of its own were compared. */
  compared: z
    .object({ n: z.number(), before: z.number(), after: z.number(), confidence: z.number() })
    .nullable(),
});

/** What a calibration or a refit came to, as it is kept. */
export type Outcome = Readonly<z.infer<typeof outcomeSchema>>;

export function outcomeOf(
  { labels, heldOut, compared, weights }: Calibrated,
  facts: Pick<Outcome, 'at' | 'why' | 'traces'>,
): Outcome {
  const { n, before, presets } = heldOut;
  return {
    ...facts,
    ...{ ended: weights ? 'replaced' : 'kept', labels, compared },
    heldOut: { n, before, after: presets?.balanced ?? null },
  };
}

/** Null for what no version of this form has written. */
export function readOutcome(json: string): Outcome | null {
  return outcomeSchema.safeParse(JSON.parse(json)).data ?? null;
}
