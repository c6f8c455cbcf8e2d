import { PRESET_POINTS } from '../../stopping/policy/presets.ts';
import { firstNewlineRule } from '../../stopping/rules/first-newline.ts';
import { shortstopRule } from '../../stopping/rules/shortstop-rule.ts';
import type { StopRule } from '../../stopping/controller.ts';
import { featuresOf, outcomeUnder, type Recorded } from '../fit/extract.ts';
import type { FeatureTrace } from '../fit/feature-trace.ts';
import { hashOf } from './content.ts';

/** Rules that a calibration is compared with: ours without weights, and the first line break. */
const BASELINES: Readonly<Record<string, StopRule>> = {
  confidence: shortstopRule,
  'first-newline': firstNewlineRule,
};

/**
 * A recorded span as numbers.
 * @param problem `contentHash` of its file
 */
export function spanTrace(
  recorded: Recorded,
  problem: string,
  languageId: string,
  maxTokens: number,
): FeatureTrace {
  const settings = { ...PRESET_POINTS.balanced, maxTokens };
  return {
    problem: hashOf(problem),
    lang: languageId,
    ...featuresOf(recorded, maxTokens),
    baselines: Object.fromEntries(
      Object.entries(BASELINES).map(([id, rule]) => [id, outcomeUnder(rule, settings, recorded)]),
    ),
  };
}
