import { seededRandom } from '../random.ts';
import { frontierGrid, outcomeOf, type ScoredTrace } from './frontier.ts';
import { PRESET_SHARES } from './presets.ts';

const SHARES = Object.values(PRESET_SHARES);
const RESAMPLES = 1_000;
const SEED = 1;
/** `tauAlive` is tried at so many quantiles. */
const GRID = 25;

/** Two ways to score the same traces, by what it takes to keep the matches that the presets keep. */
export interface FrontiersCompared {
  /** Traces. */
  readonly n: number;
  /** Mean tokens a trace at which the shares of the presets are kept, averaged over the presets. */
  readonly before: number;
  readonly after: number;
  /** The share of resamples in which `after` takes fewer. */
  readonly confidence: number;
}

/** Sums by problem, at one point. */
interface PointSums {
  readonly tokens: Float64Array;
  readonly matches: Float64Array;
}

/**
 * Which of two weights stops for fewer tokens at equal matches, on traces that neither was fitted on. How sure that is
 * comes from a bootstrap over problems (Efron & Tibshirani, "An Introduction to the Bootstrap", 1993, ch. 13): both
 * frontiers are drawn anew from the same resampled problems.
 * @param before, after the same traces, in the same order
 */
export function compareFrontiers(
  before: readonly ScoredTrace[],
  after: readonly ScoredTrace[],
): FrontiersCompared {
  const problems = [...new Set(before.map(({ trace }) => trace.problem))];
  const sums = [before, after].map((scored) => sumsOf(scored, problems));
  const reached = byProblem(before, problems, ({ trace }) => Number(trace.matched));
  const tokensUnder = (times: Float64Array) =>
    sums.map((points) => tokensAtShares(points, reached, times) / before.length);
  const times = new Float64Array(problems.length).fill(1);
  const [now = 0, then = 0] = tokensUnder(times);
  const random = seededRandom(SEED);
  let better = 0;
  for (let i = 0; i < RESAMPLES; i += 1) {
    times.fill(0);
    for (let draw = 0; draw < problems.length; draw += 1) {
      const at = Math.floor(random() * problems.length);
      times[at] = (times[at] ?? 0) + 1;
    }
    const [old = 0, fresh = 0] = tokensUnder(times);
    better += Number(fresh < old);
  }
  return { n: before.length, before: now, after: then, confidence: better / RESAMPLES };
}

function sumsOf(scored: readonly ScoredTrace[], problems: readonly string[]): PointSums[] {
  return frontierGrid(scored, GRID).map((point) => {
    const outcomes = new Map(scored.map((one) => [one, outcomeOf(one, point)]));
    return {
      tokens: byProblem(scored, problems, (one) => outcomes.get(one)?.tokens ?? 0),
      matches: byProblem(scored, problems, (one) => Number(outcomes.get(one)?.matched)),
    };
  });
}

function byProblem(
  scored: readonly ScoredTrace[],
  problems: readonly string[],
  of: (one: ScoredTrace) => number,
): Float64Array {
  const sums = new Map(problems.map((problem) => [problem, 0]));
  for (const one of scored) {
    const { problem } = one.trace;
    sums.set(problem, (sums.get(problem) ?? 0) + of(one));
  }
  return Float64Array.from(sums.values());
}

/** The fewest tokens of all traces that keep each share of what the patient rule reaches; a mean over the shares. */
function tokensAtShares(
  points: readonly PointSums[],
  reached: Float64Array,
  times: Float64Array,
): number {
  const all = product(reached, times);
  const read = points.map(({ tokens, matches }) => ({
    tokens: product(tokens, times),
    matches: product(matches, times),
  }));
  const fewest = SHARES.map((share) =>
    read.reduce(
      (least, { tokens, matches }) =>
        matches >= Math.ceil(share * all) ? Math.min(least, tokens) : least,
      Infinity,
    ),
  );
  return fewest.reduce((sum, tokens) => sum + tokens, 0) / SHARES.length;
}

function product(values: Float64Array, times: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < values.length; i += 1) sum += (values[i] ?? 0) * (times[i] ?? 0);
  return sum;
}
