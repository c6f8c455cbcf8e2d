import type { StopSettings } from '../../server/stopping/controller.ts';

/** What every rule runs under in replay; a preset's own thresholds take the place of these. */
export const REPLAY_SETTINGS: StopSettings = {
  preset: 'balanced',
  tauDone: 0.5,
  tauAlive: 0.05,
  showBar: 0.25,
  maxTokens: 128,
};
