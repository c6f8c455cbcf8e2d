import type { PresetReading } from '../../../shared/learned.ts';
import { aggressivenessAt } from '../../stopping/policy/aggressiveness.ts';
import { OWN_PRESETS } from '../../stopping/policy/certificate.ts';
import { wayUnder, type LearnedWeights } from '../../stopping/policy/choose-rule.ts';
import { expectedAlong } from './curve.ts';
import type { ProfileState } from './state.ts';

/**
 * What each preset is expected to cost and match a request: by what ships with the weights and by the user's own
 * replayed traces. The most patient first; empty where too little is known of the model.
 */
export function presetReadings(
  { curves }: ProfileState,
  weights: LearnedWeights | null,
): PresetReading[] {
  const curve = weights ? curves[weights.hash] : undefined;
  const expected = weights && expectedAlong(curve, weights.heldOut);
  if (!expected) return [];
  return OWN_PRESETS.flatMap((preset) => {
    const { path, own } = wayUnder(preset, weights);
    const step = Math.round(aggressivenessAt(path, own) * (expected.length - 1));
    const at = expected[step];
    return at ? [{ preset, tokens: at.tokens, matches: at.em, ownTraces: curve?.n ?? 0 }] : [];
  });
}
