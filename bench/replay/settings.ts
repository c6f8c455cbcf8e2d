import type { StopSettings } from '../../server/stopping/controller.ts';
import { PRESET_POINTS } from '../../server/stopping/policy/presets.ts';

/** What every rule runs under in replay; a candidate's own point takes the place of this one. */
export const REPLAY_SETTINGS: StopSettings = { ...PRESET_POINTS.balanced, maxTokens: 128 };
