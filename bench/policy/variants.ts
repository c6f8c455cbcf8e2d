import { quantile } from '../replay/bootstrap.ts';
import { seededRandom } from '../../server/learning/random.ts';
import type { FeatureTrace } from '../../server/learning/fit/feature-trace.ts';
import { PEER } from '../../server/learning/fit/halves.ts';

/** What one way to decide makes of a trace: after each token, how strongly to go on and whether to serve. */
export interface Graded {
  readonly trace: FeatureTrace;
  /** Given up below a threshold; any scale. */
  readonly keep: readonly number[];
  /** Served from a threshold on. */
  readonly serve: readonly number[];
}

/** Sums over the traces of one problem, per point of the grid. */
interface Curve {
  readonly tokens: Float64Array;
  readonly matches: Float64Array;
}

export interface Family {
  readonly name: string;
  /** One entry a problem, in the order that `problemsOf` gives. */
  readonly curves: readonly Curve[];
}

/** What a family of rules spends at least for so many matches; tokens a trace. */
export interface Reading {
  readonly tokens: number;
  /** Against the first family, by paired bootstrap over problems: 95 % percentile interval. */
  readonly ratio: { readonly median: number; readonly low: number; readonly high: number };
}

const SERVE_AT = [0.5, 0.6, 0.7, 0.8, 0.9, 2] as const;

export function problemsOf(traces: readonly FeatureTrace[]): string[] {
  return [...new Set(traces.map(({ problem }) => problem))];
}

/** How many matches a draw of problems asks for: as many as the best peer has, 95 % and 90 % of the patient rule's. */
export function goalsOf(
  traces: readonly FeatureTrace[],
): ((counts: readonly number[]) => number)[] {
  const per = (hits: readonly FeatureTrace[]) => {
    const own = problemsOf(traces).map(
      (problem) => hits.filter((trace) => trace.problem === problem).length,
    );
    return (counts: readonly number[]) =>
      own.reduce((sum, hit, i) => sum + hit * (counts[i] ?? 0), 0);
  };
  const peer = per(traces.filter(({ baselines }) => baselines[PEER]?.matched));
  const patient = per(traces.filter(({ matched }) => matched));
  return [
    peer,
    (counts) => Math.ceil(0.95 * patient(counts)),
    (counts) => Math.ceil(0.9 * patient(counts)),
  ];
}

/** Between two of these, no text that the patient rule matches is given up. */
function thresholdsOf(graded: readonly Graded[]): number[] {
  const lowest = graded
    .filter(({ trace }) => trace.matched)
    .map(({ keep }) => Math.min(...keep.slice(0, -1), Infinity));
  return [...new Set([-Infinity, ...lowest])].sort((a, b) => a - b);
}

/** Plays every trace at every threshold. */
export function familyOf(name: string, graded: readonly Graded[]): Family {
  const keepAt = thresholdsOf(graded);
  const size = keepAt.length * SERVE_AT.length;
  const curves = new Map<string, Curve>();
  for (const { trace, keep, serve } of graded) {
    const curve = curves.get(trace.problem) ?? {
      tokens: new Float64Array(size),
      matches: new Float64Array(size),
    };
    curves.set(trace.problem, curve);
    keepAt.forEach((tauKeep, i) => {
      SERVE_AT.forEach((tauServe, j) => {
        const at = i * SERVE_AT.length + j;
        let [tokens, matched] = [trace.tokens, trace.matched];
        for (let t = 0; t < trace.rows.length - 1; t += 1) {
          const serves = (serve[t] ?? 0) >= tauServe;
          if (!serves && (keep[t] ?? 0) >= tauKeep) continue;
          [tokens, matched] = [t + 1, serves && trace.rows[t]?.done === true];
          break;
        }
        curve.tokens[at] = (curve.tokens[at] ?? 0) + tokens;
        curve.matches[at] = (curve.matches[at] ?? 0) + Number(matched);
      });
    });
  }
  return { name, curves: [...curves.values()] };
}

/** The least tokens in all with at least `goal` matches, over the points of the grid; infinite for none. */
function cheapest({ curves }: Family, counts: readonly number[], goal: number): number {
  const size = curves[0]?.tokens.length ?? 0;
  const tokens = new Float64Array(size);
  const matches = new Float64Array(size);
  curves.forEach((curve, p) => {
    const count = counts[p] ?? 0;
    if (count === 0) return;
    for (let at = 0; at < size; at += 1) {
      tokens[at] = (tokens[at] ?? 0) + count * (curve.tokens[at] ?? 0);
      matches[at] = (matches[at] ?? 0) + count * (curve.matches[at] ?? 0);
    }
  });
  let best = Infinity;
  for (let at = 0; at < size; at += 1) {
    if ((matches[at] ?? 0) >= goal) best = Math.min(best, tokens[at] ?? Infinity);
  }
  return best;
}

/**
 * Compares families with the first one at goals that count matches per problem: a problem counts as
 * often as it is drawn, for the families and the goal alike. Draws whose goal no point reaches are left
 * out; they are the same for every family, as all contain the patient rule.
 */
export function compare(
  families: readonly Family[],
  goals: readonly ((counts: readonly number[]) => number)[],
  traces: number,
  draws: number,
): Reading[][] {
  const [first] = families;
  if (!first) return [];
  const count = first.curves.length;
  const once = new Array<number>(count).fill(1);
  const random = seededRandom(1);
  const drawn = Array.from({ length: draws }, () => {
    const counts = new Array<number>(count).fill(0);
    for (let i = 0; i < count; i += 1) {
      const p = Math.floor(random() * count);
      counts[p] = (counts[p] ?? 0) + 1;
    }
    return counts;
  });
  const base = goals.map((goal) => drawn.map((counts) => cheapest(first, counts, goal(counts))));
  return families.map((family) =>
    goals.map((goal, g) => {
      const ratios = drawn
        .map((counts, d) => cheapest(family, counts, goal(counts)) / (base[g]?.[d] ?? 1))
        .filter(Number.isFinite)
        .sort((a, b) => a - b);
      return {
        tokens: cheapest(family, once, goal(once)) / traces,
        ratio: {
          median: quantile(ratios, 0.5),
          low: quantile(ratios, 0.025),
          high: quantile(ratios, 0.975),
        },
      };
    }),
  );
}
