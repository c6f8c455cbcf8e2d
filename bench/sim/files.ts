import type { KnownWeights } from '../../server/learning/calibrate/calibration.ts';
import { lossesOf } from '../../server/learning/certify/calibrate.ts';
import { pathOf } from '../../server/learning/certify/path.ts';
import type { FeatureTrace } from '../../server/learning/fit/feature-trace.ts';
import { fitPolicy } from '../../server/learning/fit/fit.ts';
import { foldsOf } from '../../server/learning/fit/folds.ts';
import { crossScore, scoreTrace, type ScoredTrace } from '../../server/learning/fit/frontier.ts';
import type { Random } from '../../server/learning/random.ts';
import type { PartialPoint } from '../../server/stopping/policy/point.ts';
import { readAllFeatures } from '../features/table.ts';
import { TRAINING } from '../report/command.ts';

/** One trace of each file. */
export type File = ScoredTrace;

/** A world of which the truth is known, and weights that never saw it. */
export interface World {
  readonly files: readonly File[];
  readonly known: KnownWeights & { readonly path: readonly PartialPoint[] };
}

/** Half of the recorded problems give the weights and the order of the points, the other half is the world. */
export async function readWorld(): Promise<World> {
  const traces = await readAllFeatures(TRAINING);
  const half = foldsOf(
    traces.map(({ problem }) => problem),
    2,
    1,
  );
  const part = (wanted: number) => traces.filter((_, i) => half[i] === wanted);
  const fit = (some: readonly FeatureTrace[]) => fitPolicy(some, 'lite', 'logistic');
  const training = part(0);
  const policy = fit(training);
  const path = pathOf(crossScore(training, fit, 5, [1]))
    .slice(1)
    .map(({ stored }) => stored);
  const byProblem = new Map(part(1).map((trace) => [trace.problem, trace]));
  const files = [...byProblem.values()].map((trace) => scoreTrace(trace, policy));
  return { files, known: { policy, path, trainedOn: 'one half' } };
}

/** The share of the files' matches that a point loses: what is certified. */
export function riskOf(files: readonly File[], point: PartialPoint): number {
  const matches = files.filter(({ trace }) => trace.matched);
  if (matches.length === 0) return 0;
  return lossesOf(matches, point).reduce((sum, loss) => sum + loss, 0) / matches.length;
}

export function drawn<T>(items: readonly T[], count: number, random: Random): T[] {
  return Array.from({ length: count }, () => items[Math.floor(random() * items.length)]).filter(
    (item) => item !== undefined,
  );
}
