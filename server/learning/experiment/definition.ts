import * as z from 'zod';
import { settingsSchema, type Settings } from '../../../shared/settings.ts';
import { EXPERIMENT_ENDPOINTS } from '../../../shared/stats.ts';

/** Settings that an experiment may compare, as `package.json` names them behind `shortstop.`. */
export const TRIABLE = [
  'model',
  'debounce',
  'multiLine',
  'engine.timeToFirstToken',
  'context.otherFiles',
  'stopping.preset',
  'stopping.tauDone',
  'stopping.tauAlive',
  'stopping.showBar',
  'stopping.maxTokens',
] as const;
export type Triable = (typeof TRIABLE)[number];

const THRESHOLDS: readonly Triable[] = [
  'stopping.tauDone',
  'stopping.tauAlive',
  'stopping.showBar',
];

const overlaySchema = z.partialRecord(z.enum(TRIABLE), z.union([z.string(), z.number()]));
/** What an arm puts in the place of the user's settings. */
export type Overlay = z.infer<typeof overlaySchema>;

export const ARMS = ['a', 'b'] as const;
export type ArmName = (typeof ARMS)[number];

export const definitionSchema = z.object({
  id: z.string(),
  /** Of the draws: the same stretch may fall to another arm of the next experiment. */
  seed: z.number().int(),
  /** Milliseconds since the epoch. */
  startedAt: z.number(),
  /** What holds today, or what is compared with; `b` is the candidate. */
  a: overlaySchema,
  b: overlaySchema,
  /** On which the verdict falls; `any` is the first that decides, at a higher bar. */
  endpoint: z.enum([...EXPERIMENT_ENDPOINTS, 'any']),
  /** From which on a value counts as this much: tokens, and milliseconds. */
  bounds: z.object({ tokens: z.number().positive(), latency: z.number().positive() }),
});
export type Definition = z.infer<typeof definitionSchema>;

/** What may not be compared, in a sentence that says what to do. */
export class ExperimentError extends Error {}

/**
 * Both arms over the same settings: one that names none of them has what holds today, and where thresholds are
 * compared both are under the preset `custom`, the only one in which they act.
 * @throws ExperimentError
 */
export function completeArms(
  given: { readonly a: unknown; readonly b: unknown },
  today: Settings,
): Pick<Definition, 'a' | 'b'> {
  const [a, b] = [readOverlay(given.a), readOverlay(given.b)];
  const named = TRIABLE.filter((key) => key in a || key in b);
  if (named.length === 0)
    throw new ExperimentError(
      `Name a setting to try, for instance stopping.maxTokens=64; ${CHOICES}.`,
    );
  const thresholds = named.some((key) => THRESHOLDS.includes(key));
  const keys = thresholds ? [...new Set([...named, ...THRESHOLDS])] : named;
  const complete = (arm: Overlay): Overlay => {
    const filled = Object.fromEntries(keys.map((key) => [key, arm[key] ?? valueOf(today, key)]));
    return checked({ ...(thresholds && { 'stopping.preset': 'custom' }), ...filled }, today);
  };
  const arms = { a: complete(a), b: complete(b) };
  if (named.every((key) => arms.a[key] === arms.b[key])) {
    throw new ExperimentError('Both arms have the same settings: give one of them another value.');
  }
  if (thresholds && [arms.a, arms.b].some((arm) => arm['stopping.preset'] !== 'custom')) {
    throw new ExperimentError(
      'Thresholds act under the preset custom only: compare presets or thresholds, not both.',
    );
  }
  return arms;
}

const CHOICES = `it may be ${TRIABLE.join(', ')}`;

function readOverlay(given: unknown): Overlay {
  const read = overlaySchema.safeParse(given);
  if (read.success) return read.data;
  const names =
    typeof given === 'object' && given !== null ? Object.keys(given).join(', ') : String(given);
  throw new ExperimentError(`${names}: that is nothing an experiment can compare; ${CHOICES}.`);
}

function checked(overlay: Overlay, today: Settings): Overlay {
  const read = settingsSchema.safeParse(overlaid(today, overlay));
  if (read.success) return overlay;
  const [issue] = read.error.issues;
  throw new ExperimentError(`shortstop.${issue?.path.join('.')}: ${issue?.message}.`);
}

/** The settings with an arm's in their place. */
export function overlaid(settings: Settings, overlay: Overlay): Settings {
  let result: Settings = settings;
  for (const [key, value] of Object.entries(overlay)) {
    const [section, name] = key.split('.') as [keyof Settings, string?];
    const inner = name === undefined ? value : { ...(result[section] as object), [name]: value };
    result = { ...result, [section]: inner };
  }
  return result;
}

function valueOf(settings: Settings, key: Triable): unknown {
  return key
    .split('.')
    .reduce<unknown>((holder, name) => (holder as Record<string, unknown>)[name], settings);
}

/** Whether an arm says where requests stop: then no other learner's point is heard. */
export function fixesPoint(overlay: Overlay): boolean {
  return 'stopping.preset' in overlay;
}

/**
 * What falls to one arm as a whole: a stretch, or, where the arms differ before a stretch has begun, all that is
 * asked within a block of time.
 */
export function unitOf({ a }: Pick<Definition, 'a'>): 'stretch' | 'block' {
  return 'debounce' in a ? 'block' : 'stretch';
}
