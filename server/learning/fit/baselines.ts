import type { StopRule } from '../../stopping/controller.ts';
import { PRESET_POINTS } from '../../stopping/policy/presets.ts';
import { firstNewlineRule } from '../../stopping/rules/first-newline.ts';
import { shortstopRule } from '../../stopping/rules/shortstop-rule.ts';
import { outcomeUnder, type Recorded } from './extract.ts';
import type { FeatureTrace } from './feature-trace.ts';

/** What learned weights are compared with: ours without weights, under `balanced`, and the first line break. */
const BASELINES: Readonly<Record<string, StopRule>> = {
  confidence: shortstopRule,
  'first-newline': firstNewlineRule,
};

/** Of a cut recording: as if the text had ended there. */
export function baselinesOf(recorded: Recorded, maxTokens: number): FeatureTrace['baselines'] {
  const settings = { ...PRESET_POINTS.balanced, maxTokens };
  return Object.fromEntries(
    Object.entries(BASELINES).map(([id, rule]) => [id, outcomeUnder(rule, settings, recorded)]),
  );
}
