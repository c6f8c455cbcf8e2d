import { join } from 'node:path';
import { calibrate } from '../../server/learning/calibrate/calibration.ts';
import type { FeatureTrace } from '../../server/learning/fit/feature-trace.ts';
import { fitPolicy, hasAllRows } from '../../server/learning/fit/fit.ts';
import { foldsOf } from '../../server/learning/fit/folds.ts';
import { crossScore, outcomeOf, scoreTrace } from '../../server/learning/fit/frontier.ts';
import { choosePreset } from '../../server/learning/fit/presets.ts';
import { seededRandom, type Random } from '../../server/learning/random.ts';
import type { OwnPreset } from '../../server/stopping/policy/certificate.ts';
import type { PolicyWeights } from '../../server/stopping/policy/model.ts';
import type { PartialPoint } from '../../server/stopping/policy/point.ts';
import { readFeatures } from '../features/table.ts';
import { formatShare } from '../../shared/figures.ts';
import type { Simulation, SimulationRow } from './simulation.ts';

const TRACES = join(import.meta.dirname, '../data/features-0.5b.jsonl.gz');
const USERS = 20;
/** Of a user's traces; the rest of the world is fresh. */
const OWN = 600;
/** A user with a taste for short lines keeps no text of more tokens. */
const SHORT = 4;
const KEPT = 0.95;

interface InForce {
  readonly policy: PolicyWeights;
  readonly thresholds: Readonly<Record<OwnPreset, PartialPoint>>;
}

const fit = (part: readonly FeatureTrace[]) => fitPolicy(part, 'lite', 'mean');

/** Half of the recorded problems are what ships was fitted on, the other half is what users write. */
async function readWorld() {
  const traces = (await readFeatures(TRACES)).filter(hasAllRows);
  const half = foldsOf(
    traces.map(({ problem }) => problem),
    2,
    1,
  );
  const part = (wanted: number) => traces.filter((_, i) => half[i] === wanted);
  const training = part(0);
  const held = crossScore(training, fit, 5, [1]);
  const thresholds = {
    faithful: choosePreset(held, 'faithful'),
    balanced: choosePreset(held, 'balanced'),
    saver: choosePreset(held, 'saver'),
  };
  return { inForce: { policy: fit(training), thresholds }, world: part(1) };
}

/** What a user keeps who likes short lines: of the same requests, fewer match. */
function shortened(trace: FeatureTrace): FeatureTrace {
  if (trace.tokens <= SHORT) return trace;
  const rows = trace.rows.map((row) => ({ ...row, done: false }));
  return { ...trace, rows, matched: false, reachable: false };
}

interface Refitted {
  readonly replaced: boolean;
  /** On fresh traces, own less what was in force, under balanced; null where nothing was replaced. */
  readonly fresh: { readonly tokens: number; readonly matches: number; readonly n: number } | null;
}

/** One user's first refit, as the daemon does it. */
function refit(world: readonly FeatureTrace[], inForce: InForce, random: Random): Refitted {
  const order = new Map(world.map(({ problem }) => [problem, random()]));
  const shuffled = world.toSorted(
    (a, b) => (order.get(a.problem) ?? 0) - (order.get(b.problem) ?? 0),
  );
  // Other names, so that other files certify for each user.
  const traces = shuffled
    .slice(0, OWN)
    .map((trace) => ({ ...trace, problem: `${order.get(trace.problem)}` }));
  const seen = new Set(shuffled.slice(0, OWN).map(({ problem }) => problem));
  const unseen = shuffled.filter(({ problem }) => !seen.has(problem));
  const facts = { modelDigest: '', engine: 'simulated', calibration: '' };
  const { weights } = calibrate({
    ...{ traces, known: null, facts, look: 1, source: 'traces' },
    inForce: { ...inForce, certified: null },
  });
  if (!weights) return { replaced: false, fresh: null };
  const own = read(unseen, weights.policy, weights.presets.balanced.point);
  const before = read(unseen, inForce.policy, inForce.thresholds.balanced);
  const fresh = { tokens: own.tokens - before.tokens, matches: own.matches - before.matches };
  return { replaced: true, fresh: { ...fresh, n: unseen.length } };
}

function read(traces: readonly FeatureTrace[], policy: PolicyWeights, point: PartialPoint) {
  const scored = traces.map((trace) => scoreTrace(trace, policy));
  const outcomes = scored.map((one) => outcomeOf(one, point));
  return {
    tokens: outcomes.reduce((sum, { tokens }) => sum + tokens, 0),
    matches: outcomes.filter(({ matched }) => matched).length,
  };
}

function rowsOf(name: string, refits: readonly Refitted[], kept: boolean): SimulationRow[] {
  const replaced = refits.filter((one) => one.replaced).length / refits.length;
  const fresh = refits.flatMap((one) => one.fresh ?? []);
  const n = fresh.reduce((sum, one) => sum + one.n, 0);
  const sum = (of: 'tokens' | 'matches') => fresh.reduce((all, one) => all + one[of], 0);
  const rows: SimulationRow[] = [
    {
      figure: `${name}: refits that replace what ships, of ${refits.length} users`,
      measured: formatShare(replaced),
      goal: kept ? `<= ${formatShare(1 - KEPT)}` : '',
      met: kept ? replaced <= 1 - KEPT : null,
    },
  ];
  if (n === 0) return rows;
  const tokens = sum('tokens') / n;
  const matches = (100 * sum('matches')) / n;
  return [
    ...rows,
    {
      figure: `  on ${n} fresh traces of those users, own less shipped`,
      measured: `${tokens.toFixed(2)} tokens, ${matches.toFixed(2)} matches in 100`,
      goal: kept ? '' : 'fewer tokens',
      met: kept ? null : tokens < 0,
    },
  ];
}

export const refitSimulation: Simulation = {
  id: 'refit',
  title: 'A refit on own traces replaces what ships where it does better, and not by luck',
  async run() {
    const { inForce, world } = await readWorld();
    const users = (traces: readonly FeatureTrace[]) =>
      Array.from({ length: USERS }, (_, i) => refit(traces, inForce, seededRandom(i + 1)));
    return [
      ...rowsOf('like what ships was fitted on', users(world), true),
      ...rowsOf(`who keep at most ${SHORT} tokens`, users(world.map(shortened)), false),
    ];
  },
};
