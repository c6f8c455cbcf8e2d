import type { Settings } from '../../../shared/settings.ts';
import type { OwnPreset } from './certificate.ts';
import { pointOf, type OperatingPoint } from './point.ts';

/**
 * Of the simple rule. Chosen on 614 recorded traces (docs/stopping-experiments.md has the table) and certified by
 * nothing yet: `faithful` lost no match that patience without limit has, `balanced` has more matches than the
 * best simple rule for fewer tokens, `saver` spends 15 % less again and keeps nine matches in
 * ten. None has a show bar: hiding costs matches and saves no token.
 */
export const PRESET_POINTS: Readonly<Record<OwnPreset, OperatingPoint>> = {
  faithful: pointOf({ tauDone: 1, tauAlive: 0.02 }),
  balanced: pointOf({ tauDone: 0.9, tauAlive: 0.17 }),
  saver: pointOf({ tauDone: 0.8, tauAlive: 0.28 }),
};

/** The simple rule's under a preset; that of the settings under `custom`. */
export function simplePoint(settings: Settings['stopping']): OperatingPoint {
  return settings.preset === 'custom' ? pointOf(settings) : PRESET_POINTS[settings.preset];
}
