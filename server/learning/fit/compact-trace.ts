import { z } from 'zod';
import { FEATURE_NAMES, FIXED_FEATURES } from '../../stopping/reading/features.ts';
import type { FeatureTrace } from './feature-trace.ts';

const outcome = z.object({ matched: z.boolean(), tokens: z.number().int() });

/** A feature trace as it is stored: what stays the same over a request stands once. */
export const compactTraceSchema = z.object({
  problem: z.string(),
  packageId: z.string().optional(),
  lang: z.string(),
  kind: z.string(),
  complete: z.boolean(),
  decided: z.boolean().optional(),
  matched: z.boolean(),
  reachable: z.boolean(),
  tokens: z.number().int(),
  baselines: z.record(z.string(), outcome),
  fixed: z.array(z.number()).length(FIXED_FEATURES),
  moving: z.array(z.array(z.number()).length(FEATURE_NAMES.full.length - FIXED_FEATURES)),
  /** Tokens after which serving would be a match. */
  done: z.array(z.number().int()),
});
type Packed = Pick<z.infer<typeof compactTraceSchema>, 'fixed' | 'moving' | 'done'>;

/** Whatever else the trace says is kept beside. */
export function compact<Trace extends FeatureTrace>({
  rows,
  ...rest
}: Trace): Omit<Trace, 'rows'> & Packed {
  const fixed = rows[0]?.features.slice(0, FIXED_FEATURES) ?? new Array(FIXED_FEATURES).fill(0);
  const moving = rows.map(({ features }) => features.slice(FIXED_FEATURES));
  const done = rows.flatMap((row, i) => (row.done ? [i] : []));
  return { ...rest, fixed, moving, done };
}

export function expanded<Compact extends Packed>({
  fixed,
  moving,
  done,
  ...rest
}: Compact): Omit<Compact, keyof Packed> & Pick<FeatureTrace, 'rows'> {
  const rows = moving.map((own, i) => ({ features: [...fixed, ...own], done: done.includes(i) }));
  return { ...rest, rows };
}
