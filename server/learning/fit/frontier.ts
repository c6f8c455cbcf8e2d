import type { PartialPoint } from '../../stopping/policy/point.ts';
import { isServed } from '../../stopping/policy/serving.ts';
import { probabilityOf, type PolicyWeights } from '../../stopping/policy/model.ts';
import type { FeatureTrace } from './feature-trace.ts';
import { crossFit } from './folds.ts';

/** A trace with both probabilities after each of its tokens. */
export interface ScoredTrace {
  readonly trace: FeatureTrace;
  readonly alive: readonly number[];
  readonly done: readonly number[];
}

export interface Point extends PartialPoint {
  /** Mean per trace. */
  readonly tokens: number;
  readonly matches: number;
}

export function scoreTrace(trace: FeatureTrace, weights: PolicyWeights): ScoredTrace {
  const { length } = weights.features;
  const vectors = trace.rows.map(({ features }) => features.slice(0, length));
  return {
    trace,
    alive: vectors.map((vector) => probabilityOf(weights.alive, vector)),
    done: vectors.map((vector) => probabilityOf(weights.done, vector)),
  };
}

/** Scores every trace by models that saw none of its problem's traces, averaged over shuffles. */
export function crossScore(
  traces: readonly FeatureTrace[],
  fit: (part: readonly FeatureTrace[]) => PolicyWeights,
  folds: number,
  seeds: readonly number[],
): ScoredTrace[] {
  const sums = traces.map(({ rows }) => ({
    alive: new Array<number>(rows.length).fill(0),
    done: new Array<number>(rows.length).fill(0),
  }));
  const problemOf = ({ problem }: FeatureTrace) => problem;
  crossFit(traces, { problemOf, folds, seeds, fit }, (trace, weights, i) => {
    const sum = sums[i];
    if (!sum) return;
    const scored = scoreTrace(trace, weights);
    scored.alive.forEach((p, t) => (sum.alive[t] = (sum.alive[t] ?? 0) + p / seeds.length));
    scored.done.forEach((p, t) => (sum.done[t] = (sum.done[t] ?? 0) + p / seeds.length));
  });
  return traces.map((trace, i) => ({
    trace,
    alive: sums[i]?.alive ?? [],
    done: sums[i]?.done ?? [],
  }));
}

/** What the learned rule does with a trace: it decides after each token but the last, the patient rule's. */
export function outcomeOf(
  { trace, alive, done }: ScoredTrace,
  { tauAlive, tauDone }: PartialPoint,
): { readonly matched: boolean; readonly tokens: number } {
  for (let t = 0; t < trace.rows.length - 1; t += 1) {
    const [pDone, pAlive] = [done[t] ?? 0, alive[t] ?? 0];
    if (isServed({ pDone, pAlive }, tauDone))
      return { matched: trace.rows[t]?.done ?? false, tokens: t + 1 };
    if (pAlive < tauAlive) return { matched: false, tokens: t + 1 };
  }
  return { matched: trace.matched, tokens: trace.tokens };
}

export function pointOf(scored: readonly ScoredTrace[], thresholds: PartialPoint): Point {
  let tokens = 0;
  let matches = 0;
  for (const one of scored) {
    const outcome = outcomeOf(one, thresholds);
    tokens += outcome.tokens;
    matches += Number(outcome.matched);
  }
  return { ...thresholds, tokens: tokens / scored.length, matches };
}

function quantilesOf(values: readonly number[], count: number): number[] {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (share: number) => sorted[Math.floor(share * (sorted.length - 1))] ?? 0;
  return [...new Set(Array.from({ length: count }, (_, i) => at(i / count)))];
}

/** The `tauDone` that serves nothing before its line has ended. */
export const NEVER = 1;

const DONE_AT = [0.5, 0.6, 0.7, 0.8, 0.9, NEVER];

/** Where a policy may stop, by so many quantiles of what it says; the patient rule's place is among them. */
export function frontierGrid(scored: readonly ScoredTrace[], quantiles: number): PartialPoint[] {
  const seen = scored.flatMap(({ alive }) => alive);
  return [0, ...quantilesOf(seen, quantiles)].flatMap((tauAlive) =>
    DONE_AT.map((tauDone) => ({ tauAlive, tauDone })),
  );
}

/** Points that no other beats in both tokens and matches, cheapest first. */
export function frontierOf(scored: readonly ScoredTrace[]): Point[] {
  const points = frontierGrid(scored, 150).map((point) => pointOf(scored, point));
  points.sort((a, b) => a.tokens - b.tokens || b.matches - a.matches);
  const best: Point[] = [];
  for (const point of points) {
    if (point.matches > (best.at(-1)?.matches ?? -1)) best.push(point);
  }
  return best;
}

/** The cheapest point with at least so many matches; null where none has. */
export function cheapestWith(frontier: readonly Point[], matches: number): Point | null {
  return frontier.find((point) => point.matches >= matches) ?? null;
}
