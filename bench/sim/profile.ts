import { join } from 'node:path';
import type { FeatureTrace } from '../../server/learning/fit/feature-trace.ts';
import { fitPolicy, hasAllRows } from '../../server/learning/fit/fit.ts';
import { foldsOf } from '../../server/learning/fit/folds.ts';
import {
  crossScore,
  outcomeOf,
  scoreTrace,
  type ScoredTrace,
} from '../../server/learning/fit/frontier.ts';
import { chosenFor, expectedAlong, withReplay } from '../../server/learning/profile/curve.ts';
import { labelsOf } from '../../server/learning/profile/labels.ts';

import {
  CENTRES,
  LABELS_PER_CLICK,
  personalsOf,
  SPREADS,
  fitEach,
  type Personal,
} from '../../server/learning/profile/personal.ts';
import {
  fitAround,
  originOf,
  recalibrated,
  UNCHANGED,
  type Recalibration,
  type Spread,
} from '../../server/learning/profile/recalibration.ts';
import {
  EMPTY,
  withClick,
  withTrace,
  type Curve,
  type ProfileState,
} from '../../server/learning/profile/state.ts';
import {
  NO_LABELS,
  sumOf,
  withLabels,
  type Label,
  type Tally,
} from '../../server/learning/profile/tally.ts';
import { personalBoldness } from '../../server/learning/profile/thresholds.ts';
import { seededRandom, type Random } from '../../server/learning/random.ts';
import {
  aggressivenessAt,
  atBoldness,
  pointAt,
} from '../../server/stopping/policy/aggressiveness.ts';
import { wayUnder, type LearnedWeights } from '../../server/stopping/policy/choose-rule.ts';
import type { PartialPoint } from '../../server/stopping/policy/point.ts';
import { weightsFor } from '../../server/stopping/policy/weights.ts';
import { CONTEXT_KINDS } from '../../server/stopping/trace.ts';
import { readAllFeatures } from '../features/table.ts';
import type { Simulation, SimulationRow } from './simulation.ts';

const DATA = join(import.meta.dirname, '../data');
const HALVINGS = 10;
const FOLDS = 5;

export const profileSimulation: Simulation = {
  id: 'profile',
  title: 'A profile: thresholds per context, shrinkage, clicks and targets',
  async run() {
    const weights = weightsFor({ name: 'qwen2.5-coder:0.5b', digest: '' });
    if (!weights) throw new Error('no weights ship for the model');
    const known = await tracesOf('features-0.5b.jsonl.gz');
    const fit = (part: readonly FeatureTrace[]) => fitPolicy(part, 'lite', 'logistic');
    const scored = crossScore(known, fit, FOLDS, [1]);
    const unseen = (await tracesOf('calibration-0.5b.jsonl.gz')).map((trace) =>
      scoreTrace(trace, weights.policy),
    );
    return [
      ...contextRows(scored, weights),
      ...populationRows(scored),
      ...clickRows(weights),
      ...targetRows(unseen, weights),
    ];
  },
};

async function tracesOf(file: string): Promise<FeatureTrace[]> {
  return (await readAllFeatures([join(DATA, file)])).filter(hasAllRows);
}

/** What a rule does with a trace, less what another does. */
interface Difference {
  readonly problem: string;
  readonly tokens: number;
  readonly matches: number;
}

/** Thresholds of each context against those of all together, both learned on the other half of the problems. */
function contextRows(scored: readonly ScoredTrace[], weights: LearnedWeights): SimulationRow[] {
  const way = wayUnder('balanced', weights);
  const most = aggressivenessAt(way.path, way.own);
  const asServed = (personal: Personal) =>
    pointAt(way.path, atBoldness(most, personalBoldness(way, personal)));
  const bothWays = ({ alive, done }: Personal): PartialPoint => ({
    tauAlive: originOf(way.own.tauAlive, alive, CENTRES.alive),
    tauDone: originOf(way.own.tauDone, done, CENTRES.done),
  });
  const rows = (name: string, pointFor: (personal: Personal) => PartialPoint) =>
    differenceRows(name, heldOut(scored, weights.hash, pointFor));
  return [
    ...rows('as served, within the certified points', asServed),
    ...rows('both ways, beyond them too', bothWays),
  ];
}

/** Each trace once per halving, with what was learned on the half that its problem is not in. */
function heldOut(
  scored: readonly ScoredTrace[],
  hash: string,
  pointFor: (personal: Personal) => PartialPoint,
): Difference[] {
  const problems = scored.map(({ trace }) => trace.problem);
  const differences: Difference[] = [];
  for (let seed = 1; seed <= HALVINGS; seed += 1) {
    const half = foldsOf(problems, 2, seed);
    for (const learnedOn of [0, 1]) {
      const state = scored
        .filter((_, i) => half[i] === learnedOn)
        .reduce((before, one) => withScored(before, one, hash), EMPTY);
      const personals = personalsOf(state, hash);
      for (const one of scored.filter((_, i) => half[i] !== learnedOn)) {
        const { problem, lang, kind } = placeOf(one);
        const own = outcomeOf(one, pointFor(personals.inContext(lang, kind)));
        const pooled = outcomeOf(one, pointFor(personals.pooled));
        differences.push({
          problem,
          tokens: own.tokens - pooled.tokens,
          matches: Number(own.matched) - Number(pooled.matched),
        });
      }
    }
  }
  return differences;
}

function withScored(state: ProfileState, one: ScoredTrace, weights: string): ProfileState {
  const { lang: language, kind } = placeOf(one);
  const place = { weights, workspace: null, language, kind };
  return withTrace(state, place, { ...labelsOf(one, false), anchored: false, gain: null });
}

function placeOf({ trace: { problem, lang, kind } }: ScoredTrace) {
  const known = CONTEXT_KINDS.find((one) => one === kind);
  if (!known) throw new Error(`${kind} is no context kind`);
  return { problem, lang, kind: known };
}

function differenceRows(name: string, differences: readonly Difference[]): SimulationRow[] {
  const n = differences.length / HALVINGS;
  const matches = interval(differences, ({ matches: x }) => 100 * x);
  const tokens = interval(differences, ({ tokens: x }) => x);
  const figure = `gain per language and kind over pooled, ${name}`;
  return [
    shown(figure, `${inWords(matches)} matches in 100 requests (n = ${n})`),
    shown('  the same, in tokens', `${inWords(tokens)} a request`),
  ];
}

/** A mean with its 95 % interval, problems taken for independent. */
function interval(differences: readonly Difference[], of: (one: Difference) => number) {
  const byProblem = new Map<string, { sum: number; n: number }>();
  for (const one of differences) {
    const { sum, n } = byProblem.get(one.problem) ?? { sum: 0, n: 0 };
    byProblem.set(one.problem, { sum: sum + of(one), n: n + 1 });
  }
  const mean = [...byProblem.values()].reduce((all, { sum }) => all + sum, 0) / differences.length;
  const squares = [...byProblem.values()].reduce(
    (all, { sum, n }) => all + (sum - n * mean) ** 2,
    0,
  );
  return { mean, half: (1.96 * Math.sqrt(squares)) / differences.length };
}

function inWords({ mean, half }: { readonly mean: number; readonly half: number }): string {
  return `${signed(mean)} [${signed(mean - half)}, ${signed(mean + half)}]`;
}

const USERS = 30;
const POPULATIONS = 20;
/** How far users truly differ: twice the spread that is expected of them. */
const TRUE_SPREAD: Spread = {
  intercept: 2 * SPREADS.user.intercept,
  slope: 2 * SPREADS.user.slope,
};

/** Users of different tastes, of whom few labels are known: how well each one's probabilities are told. */
function populationRows(scored: readonly ScoredTrace[]): SimulationRow[] {
  const seen = scored.flatMap(({ alive }) => alive);
  return [10, 40, 160].map((labels) => {
    const sums = { pooled: 0, own: 0, shrunk: 0 };
    for (let seed = 1; seed <= POPULATIONS; seed += 1) {
      const losses = populationLosses(seen, labels, seededRandom(seed));
      sums.pooled += losses.pooled / POPULATIONS;
      sums.own += losses.own / POPULATIONS;
      sums.shrunk += losses.shrunk / POPULATIONS;
    }
    const milli = (loss: number) => (1000 * loss).toFixed(1);
    return {
      figure: `log loss above the truth, ${labels} labels of each of ${USERS} users`,
      measured: `shrunk ${milli(sums.shrunk)}, pooled ${milli(sums.pooled)}, own ${milli(sums.own)} (/1000)`,
      goal: 'shrunk below both',
      met: sums.shrunk < sums.pooled && sums.shrunk < sums.own,
    };
  });
}

function populationLosses(seen: readonly number[], labels: number, random: Random) {
  const centre = CENTRES.alive;
  const users = Array.from({ length: USERS }, () => {
    const truth: Recalibration = {
      intercept: Math.sqrt(TRUE_SPREAD.intercept) * normal(random),
      slope: Math.max(0.3, 1 + Math.sqrt(TRUE_SPREAD.slope) * normal(random)),
    };
    const told = Array.from({ length: labels }, (): Label => {
      const p = seen[Math.floor(random() * seen.length)] ?? 0.5;
      return { p, met: random() < recalibrated(p, truth, centre), weight: 1 };
    });
    return { truth, tally: withLabels(NO_LABELS, told) };
  });
  const free: Spread = { intercept: 100, slope: 100 };
  const all = sumOf(users.map(({ tally }) => tally));
  const common = fitAround(all, UNCHANGED, SPREADS.user, centre);
  const groups = users.map(({ tally }, i) => ({ key: String(i), tally, common }));
  const drawn = fitEach(groups, SPREADS.user, centre);
  const mean = (of: (user: { truth: Recalibration; tally: Tally }, i: number) => Recalibration) =>
    users.reduce((sum, user, i) => sum + excessLoss(seen, user.truth, of(user, i)), 0) / USERS;
  return {
    pooled: mean(() => common),
    own: mean(({ tally }) => fitAround(tally, UNCHANGED, free, centre)),
    shrunk: mean((_, i) => drawn.get(String(i)) ?? common),
  };
}

/** Kullback-Leibler divergence in nats, a mean over what the model says. */
function excessLoss(seen: readonly number[], truth: Recalibration, told: Recalibration): number {
  const every = Math.ceil(seen.length / 200);
  const some = seen.filter((_, i) => i % every === 0);
  const losses = some.map((p) => {
    const right = recalibrated(p, truth, CENTRES.alive);
    const guess = held(recalibrated(p, told, CENTRES.alive));
    return right * Math.log(right / guess) + (1 - right) * Math.log((1 - right) / (1 - guess));
  });
  return losses.reduce((sum, loss) => sum + loss, 0) / some.length;
}

/** A user whose few labels all agree would otherwise be told for certain, and lose without limit. */
function held(p: number): number {
  return Math.min(0.999, Math.max(0.001, p));
}

/** Standard normal (Box & Muller 1958). */
function normal(random: Random): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

/** How far clicks in one place move the point there, and as how many labels. */
function clickRows(weights: LearnedWeights): SimulationRow[] {
  const place = {
    ...{ weights: weights.hash, workspace: null, language: 'typescript' },
    kind: 'line-end',
  } as const;
  const labels = Array.from({ length: LABELS_PER_CLICK }, () => ({ p: 0.5, met: true, weight: 1 }));
  const fixed: Spread = { intercept: SPREADS.user.intercept, slope: 1e-9 };
  const byLabels = fitAround(withLabels(NO_LABELS, labels), UNCHANGED, fixed, 0).intercept;
  let state = EMPTY;
  const rows = [1, 2, 3].map((clicks) => {
    state = withClick(state, place, 'too-short');
    const personal = personalsOf(state, weights.hash).at(place);
    const way = wayUnder('balanced', weights);
    const aggressiveness = atBoldness(
      aggressivenessAt(way.path, way.own),
      personalBoldness(way, personal),
    );
    const { tauAlive, tauDone } = pointAt(way.path, aggressiveness);
    const step = weights.heldOut?.steps[Math.round(aggressiveness * way.path.length)] ?? [0, 0];
    const em = (100 * step[1]) / (weights.heldOut?.n ?? 1);
    return shown(
      `balanced after ${clicks} "Too Short" in its place`,
      `tauDone ${tauDone.toFixed(3)}, tauAlive ${tauAlive.toFixed(4)}, ${step[0].toFixed(2)} tokens, EM ${em.toFixed(1)} %`,
    );
  });
  const one = withClick(EMPTY, place, 'too-short');
  const { taste } = personalsOf(one, weights.hash).pooled;
  return [
    {
      figure: `one click, and ${LABELS_PER_CLICK} labels at even odds`,
      measured: `${taste.toFixed(3)} and ${byLabels.toFixed(3)} in log-odds`,
      goal: 'within 5 %',
      met: Math.abs(taste / byLabels - 1) < 0.05,
    },
    ...rows,
  ];
}

/**
 * Targets on files of packages that nobody was trained on: as what ships chooses their points, and once half of the
 * files was learned from. Both are read on the other half.
 */
function targetRows(unseen: readonly ScoredTrace[], weights: LearnedWeights): SimulationRow[] {
  const { path } = wayUnder('balanced', weights);
  const half = foldsOf(
    unseen.map(({ trace }) => trace.problem),
    2,
    1,
  );
  const learned = unseen.filter((_, i) => half[i] === 0);
  const read = unseen.filter((_, i) => half[i] === 1);
  const none = undefined as Curve | undefined;
  const curve = learned.reduce((before, one) => withReplay(before, one, path), none);
  return [3, 4, 5, 6].flatMap((targetTokens) => {
    const readAt = (known: Curve | undefined) => {
      const expected = expectedAlong(known, weights.heldOut) ?? [];
      const chosen = chosenFor(expected, { floorEM: 0, targetTokens });
      if (!chosen) throw new Error('no point for a target');
      const outcomes = read.map((one) => outcomeOf(one, pointAt(path, chosen.aggressiveness)));
      const tokens = outcomes.reduce((sum, one) => sum + one.tokens, 0) / outcomes.length;
      const em = outcomes.filter(({ matched }) => matched).length / outcomes.length;
      return { tokens, words: `${tokens.toFixed(2)} tokens, EM ${(100 * em).toFixed(1)} %` };
    };
    const [shipped, own] = [readAt(undefined), readAt(curve)];
    return [
      shown(
        `a target of ${targetTokens} tokens on ${read.length} traces of new packages`,
        shipped.words,
      ),
      {
        figure: `  the same after ${learned.length} labels`,
        measured: own.words,
        goal: 'within 5 % of the target',
        met: own.tokens <= 1.05 * targetTokens,
      },
    ];
  });
}

function shown(figure: string, measured: string): SimulationRow {
  return { figure, measured, goal: '', met: null };
}

function signed(x: number): string {
  return `${x >= 0 ? '+' : '−'}${Math.abs(x).toFixed(2)}`;
}
