import { baselinesOf } from '../fit/baselines.ts';
import { featuresOf, type Recorded } from '../fit/extract.ts';
import type { FeatureTrace } from '../fit/feature-trace.ts';
import { hashOf } from './content.ts';

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
  return {
    problem: hashOf(problem),
    lang: languageId,
    ...featuresOf(recorded, maxTokens),
    baselines: baselinesOf(recorded, maxTokens),
  };
}
