import type { Preset } from '../../shared/settings.ts';
import type { StopSettings } from './controller.ts';

/** Thresholds in force; probabilities in [0, 1]. None of these is certified. */
export interface Thresholds {
  /** A further line is served at once from here on. */
  readonly tauDone: number;
  /** Given up at or below. */
  readonly tauAlive: number;
  readonly showBar: number;
}

export const PRESET_THRESHOLDS: Readonly<Record<Exclude<Preset, 'custom'>, Thresholds>> = {
  faithful: { tauDone: 1, tauAlive: 0, showBar: 0 },
  balanced: { tauDone: 0.9, tauAlive: Math.exp(-2), showBar: 0 },
  saver: { tauDone: 0.8, tauAlive: Math.exp(-1), showBar: 0 },
};

/** A preset's own thresholds; those of the settings under `custom`. */
export function thresholdsOf(settings: StopSettings): Thresholds {
  return settings.preset === 'custom' ? settings : PRESET_THRESHOLDS[settings.preset];
}
