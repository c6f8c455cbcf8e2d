import { probabilityOf } from '../../server/stopping/model.ts';
import { clusterInterval, quantile, type Interval } from '../replay/bootstrap.ts';
import { seededRandom } from '../../server/learning/random.ts';
import { crossFit } from '../train/folds.ts';
import { fitLogistic } from '../train/logistic.ts';

/** One observation of a problem: predictors, and whether it came true. */
export interface Case {
  readonly problem: string;
  readonly features: readonly number[];
  readonly label: boolean;
  readonly weight: number;
}

const FOLDS = 5;
/** One unit, on standardised features: enough against chance in a handful of predictors. */
const PENALTY = 1;

/** Probabilities by logistic regressions that saw none of a case's problem, averaged over shuffles. */
export function crossScores(cases: readonly Case[], seeds: readonly number[]): number[] {
  const sums = new Array<number>(cases.length).fill(0);
  const problemOf = ({ problem }: Case) => problem;
  const fit = (part: readonly Case[]) => fitLogistic(part, PENALTY);
  crossFit(cases, { problemOf, folds: FOLDS, seeds, fit }, ({ features }, model, i) => {
    sums[i] = (sums[i] ?? 0) + probabilityOf(model, features) / seeds.length;
  });
  return sums;
}

/** Nats. */
export function logLoss(p: number, label: boolean): number {
  const safe = Math.min(1 - 1e-9, Math.max(1e-9, p));
  return -Math.log(label ? safe : 1 - safe);
}

/** How probably a case that came true has the higher score than one that did not; ties count half. */
export function areaUnderCurve(
  scores: readonly number[],
  labels: readonly boolean[],
  counts: readonly number[] = scores.map(() => 1),
): number {
  const order = scores.map((_, i) => i).sort((a, b) => (scores[a] ?? 0) - (scores[b] ?? 0));
  let [below, pairs, positives] = [0, 0, 0];
  for (let at = 0; at < order.length;) {
    const score = scores[order[at] ?? 0];
    let [tiedTrue, tiedFalse] = [0, 0];
    for (; at < order.length && scores[order[at] ?? 0] === score; at += 1) {
      const i = order[at] ?? 0;
      if (labels[i]) tiedTrue += counts[i] ?? 0;
      else tiedFalse += counts[i] ?? 0;
    }
    pairs += tiedTrue * (below + tiedFalse / 2);
    below += tiedFalse;
    positives += tiedTrue;
  }
  return pairs / (positives * below);
}

export interface Separation {
  readonly logLoss: number;
  readonly area: number;
}

/** Two ways to score the same cases: what each is worth, and the second less the first. */
export interface Comparison {
  readonly without: Separation;
  readonly with: Separation;
  /** 95 %, by bootstrap over problems. */
  readonly logLossChange: Interval | null;
  readonly areaChange: Interval;
}

export function compareScores(
  cases: readonly Case[],
  without: readonly number[],
  withSyntax: readonly number[],
  draws: number,
): Comparison {
  const labels = cases.map(({ label }) => label);
  const separation = (scores: readonly number[]): Separation => ({
    logLoss: scores.reduce((sum, p, i) => sum + logLoss(p, labels[i] ?? false), 0) / scores.length,
    area: areaUnderCurve(scores, labels),
  });
  const changes = cases.map(({ problem, label }, i) => ({
    cluster: problem,
    value: logLoss(withSyntax[i] ?? 0, label) - logLoss(without[i] ?? 0, label),
    weight: 1,
  }));
  const index = new Map<string, number>();
  for (const { problem } of cases) if (!index.has(problem)) index.set(problem, index.size);
  const random = seededRandom(1);
  const areas = Array.from({ length: draws }, () => {
    const drawn = new Array<number>(index.size).fill(0);
    for (let i = 0; i < index.size; i += 1) {
      const p = Math.floor(random() * index.size);
      drawn[p] = (drawn[p] ?? 0) + 1;
    }
    const counts = cases.map(({ problem }) => drawn[index.get(problem) ?? 0] ?? 0);
    return areaUnderCurve(withSyntax, labels, counts) - areaUnderCurve(without, labels, counts);
  }).sort((a, b) => a - b);
  return {
    without: separation(without),
    with: separation(withSyntax),
    logLossChange: clusterInterval(changes, draws, 1),
    areaChange: { low: quantile(areas, 0.025), high: quantile(areas, 0.975) },
  };
}
