import { z } from 'zod';
import type { Calibrated } from './calibration.ts';

const readingSchema = z.object({ tokens: z.number(), matches: z.number() });

const outcomeSchema = z.object({
  /** Milliseconds since the epoch. */
  at: z.number(),
  /** Its name. */
  model: z.string(),
  /** `replaced`: its weights are in force since; `waiting`: nothing was fitted yet; `reset`: by the user, since. */
  ended: z.enum(['replaced', 'kept', 'waiting', 'reset']),
  /** In words: what is certified, why what was in force stays so, or what is waited for. */
  why: z.string(),
  /** That it was given. */
  traces: z.number(),
  labels: z.object({ have: z.number(), needed: z.number() }),
  /** Balanced as it was in force, and as it is from then on; null where that stayed. */
  heldOut: z
    .object({ n: z.number(), before: readingSchema, after: readingSchema.nullable() })
    .nullable(),
  /** Mean tokens for as many matches; null where no weights of its own were compared. */
  compared: z
    .object({ n: z.number(), before: z.number(), after: z.number(), confidence: z.number() })
    .nullable(),
});

/** What a calibration or a refit came to, as it is kept. */
export type Outcome = Readonly<z.infer<typeof outcomeSchema>>;

export function outcomeOf(
  { labels, heldOut, compared, weights }: Calibrated,
  facts: Pick<Outcome, 'at' | 'model' | 'why' | 'traces'>,
): Outcome {
  const { n, before, presets } = heldOut;
  return {
    ...facts,
    ...{ ended: weights ? 'replaced' : 'kept', labels, compared },
    heldOut: { n, before, after: presets?.balanced ?? null },
  };
}

/** Before there are enough traces to fit weights on. */
export function waiting(facts: Pick<Outcome, 'at' | 'model' | 'why' | 'traces'>): Outcome {
  const nothing = { labels: { have: 0, needed: 0 }, heldOut: null, compared: null };
  return { ...facts, ended: 'waiting', ...nothing };
}

/** Null for what no version of this form has written. */
export function readOutcome(json: string): Outcome | null {
  return outcomeSchema.safeParse(JSON.parse(json)).data ?? null;
}
