import type { OwnPreset } from './certificate.ts';
import type { StopSettings } from '../controller.ts';

/** Thresholds in force; probabilities in [0, 1]. */
export interface Thresholds {
  /** Inside a block that the text itself opened, a line's end is served from this `pDone` on. */
  readonly tauDone: number;
  /** The request is given up at this `pAlive` or below. */
  readonly tauAlive: number;
  /** What has a lower `pDone` is not offered. */
  readonly showBar: number;
}

/**
 * Chosen on 614 recorded traces (docs/stopping.md has the table) and certified by nothing yet:
 * `faithful` lost no match that patience without limit has, `balanced` has more matches than the
 * best simple rule for fewer tokens, `saver` spends 15 % less again and keeps nine matches in
 * ten. None has a show bar: hiding costs matches and saves no token.
 */
export const PRESET_THRESHOLDS: Readonly<Record<OwnPreset, Thresholds>> = {
  faithful: { tauDone: 1, tauAlive: 0.02, showBar: 0 },
  balanced: { tauDone: 0.9, tauAlive: 0.17, showBar: 0 },
  saver: { tauDone: 0.8, tauAlive: 0.28, showBar: 0 },
};

/** A preset's own thresholds; those of the settings under `custom`. */
export function thresholdsOf(settings: StopSettings): Thresholds {
  return settings.preset === 'custom' ? settings : PRESET_THRESHOLDS[settings.preset];
}
