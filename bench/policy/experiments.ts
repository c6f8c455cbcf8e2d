import { parseArgs } from 'node:util';
import { FEATURE_NAMES } from '../../server/stopping/reading/features.ts';
import { pComplete } from '../../server/stopping/policy/serving.ts';
import type { PolicyWeights } from '../../server/stopping/policy/model.ts';
import { CONTEXT_KINDS } from '../../server/stopping/trace.ts';
import type { FeatureTrace } from '../../server/learning/fit/feature-trace.ts';
import { readAllFeatures } from '../features/table.ts';
import { fitPolicy, TREES } from '../../server/learning/fit/fit.ts';
import { foldsOf } from '../../server/learning/fit/folds.ts';
import { crossScore } from '../../server/learning/fit/frontier.ts';
import { fitLogistic, type Sample } from '../../server/learning/fit/logistic.ts';
import { fitTrees, type TreeOptions } from '../../server/learning/fit/trees.ts';
import {
  byLogistic,
  byTable,
  byTrees,
  explained,
  heldOut,
  kindOf,
  lite,
  logit,
  tokensToGo,
  type Grades,
} from './expected.ts';
import { compare, familyOf, goalsOf, type Family } from './variants.ts';

export const EXPERIMENTS_USAGE = 'experiments --features FILE… [--seeds 1,2,3] [--draws N]';

/** Tokens; lengths have a long tail, of which little is to be learned. */
const MOST = 32;
const FOLDS = 5;
const LAST_LOGPROB = FEATURE_NAMES.lite.indexOf('last logprob');

/** Grades made of a trace's own, one by one. */
const each = (grades: Grades, of: (p: number, t: number, row: readonly number[]) => number) =>
  grades.map((row) => row.map((p, t) => of(p, t, row)));

const both = (grades: Grades, others: Grades, of: (p: number, other: number) => number) =>
  grades.map((row, i) => row.map((p, t) => of(p, others[i]?.[t] ?? 0)));

/** Where a policy with `tau` would next stop after having gone on at each token: tokens and whether it matches. */
function outcomesFrom(trace: FeatureTrace, alive: readonly number[], tau: number) {
  let next = { tokens: trace.tokens, matched: trace.matched };
  const outcomes: { tokens: number; matched: boolean }[] = [];
  for (let t = trace.rows.length - 1; t >= 0; t -= 1) {
    outcomes[t] = { tokens: next.tokens - t - 1, matched: next.matched };
    const decides = t === trace.rows.length - 1;
    if (!decides && (alive[t] ?? 0) < tau) next = { tokens: t + 1, matched: false };
  }
  return outcomes;
}

/**
 * One step of policy iteration: what is expected of going on once more and then giving up below `tau`,
 * matches per token. It subtracts the chance to give up later, as optimal stopping does.
 */
function valuePerToken(
  traces: readonly FeatureTrace[],
  alive: Grades,
  tau: number,
  seeds: readonly number[],
): number[][] {
  const outcomes = new Map(
    traces.map((trace, i) => [trace, outcomesFrom(trace, alive[i] ?? [], tau)]),
  );
  const of = (trace: FeatureTrace, t: number) => outcomes.get(trace)?.[t];
  const matches = heldOut(
    traces,
    seeds,
    byTrees((trace, t) => Number(of(trace, t)?.matched ?? false), 1),
  );
  const tokens = heldOut(
    traces,
    seeds,
    byTrees((trace, t) => of(trace, t)?.tokens ?? 0, MOST),
  );
  return both(matches, tokens, (m, n) => m / n);
}

const OFFSETS = [-1, -0.5, 0, 0.5, 1] as const;

/** An offset per context kind, in log-odds, chosen on the other folds for `matches - lambda x tokens`. */
function byKind(traces: readonly FeatureTrace[], alive: Grades, tau: number, lambda: number) {
  const fold = foldsOf(
    traces.map(({ problem }) => problem),
    FOLDS,
    99,
  );
  const kinds = traces.map(({ rows }) => kindOf(rows[0]?.features ?? []));
  const gain = (i: number, offset: number) => {
    const trace = traces[i];
    if (!trace) return 0;
    const bar = logit(tau) - offset;
    const at = (alive[i] ?? []).slice(0, -1).findIndex((p) => logit(p) < bar);
    return at < 0 ? Number(trace.matched) - lambda * trace.tokens : -lambda * (at + 1);
  };
  const chosen = Array.from({ length: FOLDS }, (_, held) =>
    CONTEXT_KINDS.map((__, kind) => {
      const own = kinds.flatMap((k, i) => (k === kind && fold[i] !== held ? [i] : []));
      const total = (offset: number) => own.reduce((sum, i) => sum + gain(i, offset), 0);
      return OFFSETS.reduce((best, offset) => (total(offset) > total(best) ? offset : best), 0);
    }),
  );
  return alive.map((row, i) =>
    row.map((p) => logit(p) + (chosen[fold[i] ?? 0]?.[kinds[i] ?? 0] ?? 0)),
  );
}

interface Recipe {
  readonly penalty?: number;
  readonly trees?: Partial<TreeOptions>;
  readonly bags?: number;
  /** A trace's tokens share a weight that grows with this power of their number. */
  readonly power?: number;
}

const RECIPES: Readonly<Record<string, Recipe>> = {
  'penalty 30 in place of 100': { penalty: 30 },
  'penalty 300': { penalty: 300 },
  '240 trees at half the rate': { trees: { trees: 240, rate: 0.025 } },
  '80 trees in place of 120': { trees: { trees: 80 } },
  '200 trees': { trees: { trees: 200 } },
  'trees of depth 3': { trees: { depth: 3 } },
  'leaves of weight 10 in place of 30': { trees: { minLeaf: 10 } },
  'three times the trees, bagged': { bags: 3 },
  'every token counts the same': { power: 1, penalty: 300 },
  'every trace counts the same': { power: 0, penalty: 30, trees: { minLeaf: 10 } },
};

function fitRecipe(part: readonly FeatureTrace[], recipe: Recipe, done: boolean) {
  const { penalty = 100, trees, bags = 1, power = 0.5 } = recipe;
  const samples = part.flatMap((trace) =>
    trace.rows.map((row): Sample => ({
      features: lite(row),
      label: done ? row.done : trace.matched,
      weight: trace.rows.length ** (power - 1),
    })),
  );
  const line = fitLogistic(samples, penalty);
  const models = Array.from({ length: bags }, (_, i) => [
    line,
    fitTrees(samples, { ...TREES, ...trees, seed: i + 1 }),
  ]).flat();
  return { kind: 'mean', models } as const;
}

/**
 * `experiments`: other ways to give up than below one fixed `pAlive`, on scores held out by problem. Each
 * is a family with one threshold, and `tauDone` as today; shown is the cheapest point that keeps so many matches.
 */
export async function experimentsCommand(
  args: string[],
  print: (line: string) => void,
): Promise<void> {
  const { values } = parseArgs({
    args,
    options: {
      features: { type: 'string', multiple: true, default: [] },
      seeds: { type: 'string', default: '1,2,3' },
      draws: { type: 'string', default: '500' },
    },
  });
  const all = await readAllFeatures(values.features);
  const traces = all.filter(({ complete }) => complete);
  const seeds = values.seeds.split(',').map(Number);

  const scored = crossScore(traces, (part) => fitPolicy(part, 'lite', 'mean'), FOLDS, seeds);
  const alive = scored.map((one) => one.alive);
  const done = scored.map((one) => one.done);
  const share = (d: Grades, a: Grades) => both(d, a, pComplete);
  const family = (name: string, keep: Grades, serve: Grades = share(done, alive)): Family =>
    familyOf(
      name,
      traces.map((trace, i) => ({ trace, keep: keep[i] ?? [], serve: serve[i] ?? [] })),
    );

  const left = {
    'log-linear': heldOut(traces, seeds, byLogistic(tokensToGo, MOST)),
    'log-linear, to 128': heldOut(traces, seeds, byLogistic(tokensToGo, 128)),
    trees: heldOut(traces, seeds, byTrees(tokensToGo, MOST)),
    table: heldOut(traces, seeds, byTable(tokensToGo)),
  };
  const families = [family('pAlive (today)', alive)];
  for (const [name, tokens] of Object.entries(left)) {
    print(`tokens left by ${name}: R2 ${explained(traces, tokensToGo, tokens).toFixed(3)}`);
    families.push(
      family(
        `pAlive / tokens left, ${name}`,
        both(alive, tokens, (p, n) => p / n),
      ),
    );
  }
  families.push(
    family(
      'pAlive / root of tokens left, table',
      both(alive, left.table, (p, n) => p / Math.sqrt(n)),
    ),
  );
  for (const tau of [0.03, 0.07, 0.1]) {
    families.push(
      family(`value per token if given up below ${tau}`, valuePerToken(traces, alive, tau, seeds)),
    );
  }
  for (const lambda of [0.01, 0.02]) {
    families.push(
      family(`an offset per context kind, at ${lambda}`, byKind(traces, alive, 0.07, lambda)),
    );
  }
  for (const slope of [-0.5, -0.25, 0.25, 0.5]) {
    families.push(
      family(
        `logit pAlive ${slope < 0 ? '-' : '+'} ${Math.abs(slope)} ln token`,
        each(alive, (p, t) => logit(p) + slope * Math.log(t + 1)),
      ),
    );
  }
  const before = (row: readonly number[], t: number, p: number) => row[t - 1] ?? p;
  families.push(
    family(
      'mean of the last two',
      each(alive, (p, t, row) => logit(p) + logit(before(row, t, p))),
    ),
    family(
      'both of the last two below',
      each(alive, (p, t, row) => Math.max(p, before(row, t, p))),
    ),
    family(
      'never at the first token',
      each(alive, (p, t) => (t < 1 ? 1 : p)),
    ),
    family('serve by pDone alone', alive, done),
  );
  for (const bar of [-0.7, -1.5]) {
    const spike = (i: number, t: number) => (traces[i]?.rows[t]?.features[LAST_LOGPROB] ?? 0) < bar;
    const waits = alive.map((row, i) =>
      row.map((p, t) => (spike(i, t) && !(t > 0 && spike(i, t - 1)) ? 1 : p)),
    );
    families.push(family(`one token later after a logprob below ${bar}`, waits));
  }
  const fitted = (name: string, fit: (part: readonly FeatureTrace[]) => PolicyWeights) => {
    const own = crossScore(traces, fit, FOLDS, seeds);
    const a = own.map((one) => one.alive);
    const d = own.map((one) => one.done);
    families.push(family(`model: ${name}`, a, share(d, a)));
  };
  fitted('the full set of features', (part) => fitPolicy(part, 'full', 'mean'));
  for (const [name, recipe] of Object.entries(RECIPES)) {
    fitted(name, (part) => ({
      set: 'lite',
      features: FEATURE_NAMES.lite,
      alive: fitRecipe(part, recipe, false),
      done: fitRecipe(part, recipe, true),
    }));
  }
  report(traces, families, Number(values.draws), print);
}

function report(
  traces: readonly FeatureTrace[],
  families: readonly Family[],
  draws: number,
  print: (line: string) => void,
): void {
  const readings = compare(families, goalsOf(traces), traces.length, draws);
  print("| given up by | as many as the peer | | 95 % of the patient rule's | | 90 % | |");
  print('|---|---|---|---|---|---|---|');
  families.forEach(({ name }, i) => {
    const cells = (readings[i] ?? []).map(({ tokens, ratio }) => {
      const [median, low, high] = [ratio.median, ratio.low, ratio.high].map((x) => x.toFixed(2));
      return `${tokens.toFixed(2)} | ${median} [${low}, ${high}]`;
    });
    print(`| ${name} | ${cells.join(' | ')} |`);
  });
}
