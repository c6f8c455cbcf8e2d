import { balanceOf } from '../../server/learning/cascade/escalate.ts';
import { beliefsOf, SHIPPED_CURVE, type PairCurve } from '../../server/learning/cascade/curve.ts';
import { believed, noCells, withPair } from '../../server/learning/cascade/pairs.ts';
import type { EscalationQuestion } from '../../server/learning/cascade/question.ts';
import { hedged, weightsOf, type Weights } from '../../server/learning/cascade/weights.ts';
import { EXPLORATION } from '../../server/learning/cascade/escalate.ts';
import { seededRandom, type Random } from '../../server/learning/random.ts';
import type { Simulation, SimulationRow } from './simulation.ts';

const RUNS = 200;
const LABELS = 500;
const EXPERTS = ['small', 'middle', 'large'] as const;
/** Chance that an expert is right, for the first user and for the one after the switch. */
const RIGHT = [
  { small: 0.24, middle: 0.36, large: 0.44 },
  { small: 0.4, middle: 0.3, large: 0.22 },
] as const;
/** Of the loss scale that costs take up: a large model's answer costs as much as a fifth of a match. */
const COST = { small: 0.07, middle: 0.12, large: 0.2 } as const;

type Losses = Record<(typeof EXPERTS)[number], number>;

function lossesOf(random: Random, user: 0 | 1): Losses {
  const loss = (expert: (typeof EXPERTS)[number]) =>
    (COST[expert] + Number(random() >= RIGHT[user][expert])) / 1.2;
  return { small: loss('small'), middle: loss('middle'), large: loss('large') };
}

/** Loss of the weighted experts over that of the best one in hindsight, for each user in turn, per label. */
function regrets(random: Random): [number, number] {
  let weights: Weights = {};
  const regretOf = (user: 0 | 1) => {
    let own = 0;
    const sums: Losses = { small: 0, middle: 0, large: 0 };
    for (let label = 0; label < LABELS; label += 1) {
      const losses = lossesOf(random, user);
      const now = weightsOf(weights, EXPERTS);
      for (const expert of EXPERTS) {
        own += (now[expert] ?? 0) * losses[expert];
        sums[expert] += losses[expert];
      }
      weights = hedged(weights, losses);
    }
    return (own - Math.min(...Object.values(sums))) / LABELS;
  };
  return [regretOf(0), regretOf(1)];
}

/** A pair whose larger model is no better than the smaller one, against the shipped beliefs. */
const NO_BETTER: PairCurve = { ...SHIPPED_CURVE, large: SHIPPED_CURVE.small };

const REQUESTS = 1500;
const COSTS = { firstTokenMs: 400, decodeMs: 200, swapBackMs: 0, tokens: 6 };

function questionAt(pAlive: number): EscalationQuestion {
  const expert = { model: '', digest: '', preset: 'balanced' };
  return {
    kind: 'escalation',
    trigger: 'invoked',
    place: { kind: 'line-end', languageId: 'typescript' },
    ...{ small: expert, large: expert },
    scores: { pDone: null, pAlive },
    cost: COSTS,
    user: { waitedMs: 0, gapMs: null, failures: 0 },
    lambda: SHIPPED_CURVE.lambda,
    spentTokens: 0,
  };
}

/** Share of requests at which the larger model is asked: of the first 100, and of the last 500. */
function callsOf(random: Random, truth: PairCurve): [number, number] {
  let cells = noCells();
  const called: number[] = [];
  for (let request = 0; request < REQUESTS; request += 1) {
    const pAlive = random() ** 1.7;
    const { net } = balanceOf(questionAt(pAlive), believed(cells, pAlive));
    const asked = net > 0 || random() < EXPLORATION;
    called.push(Number(asked));
    if (!asked) continue;
    const { pSmall, pLarge } = beliefsOf(truth, pAlive);
    cells = withPair(cells, pAlive, { small: random() < pSmall, large: random() < pLarge });
  }
  return [meanOf(called.slice(0, 100)), meanOf(called.slice(-500))];
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function run(): SimulationRow[] {
  const both = Array.from({ length: RUNS }, (_, seed) => regrets(seededRandom(seed + 1)));
  const calls = (truth: PairCurve) =>
    Array.from({ length: RUNS }, (_, seed) => callsOf(seededRandom(seed + 1), truth));
  const same = calls(SHIPPED_CURVE);
  const other = calls(NO_BETTER);
  const regret = (user: 0 | 1) => meanOf(both.map((one) => one[user]));
  const percent = (share: number) => `${(100 * share).toFixed(1)} %`;
  const held = (figure: string, value: number): SimulationRow => ({
    figure,
    measured: `${percent(value)}, ${RUNS} runs`,
    goal: '<= 5 %',
    met: value <= 0.05,
  });
  const last = (runs: readonly [number, number][]) => meanOf(runs.map(([, end]) => end));
  return [
    held('regret of Hedge, 3 models, 500 labels', regret(0)),
    held('the same within 500 labels after a switch of user', regret(1)),
    {
      figure: 'calls of the larger model, pair as shipped, first 100 / last 500',
      measured: `${percent(meanOf(same.map(([begin]) => begin)))} / ${percent(last(same))}`,
      goal: '',
      met: null,
    },
    {
      figure: 'the same, larger model no better, first 100 / last 500',
      measured: `${percent(meanOf(other.map(([begin]) => begin)))} / ${percent(last(other))}`,
      goal: '<= half of the calls',
      met: last(other) <= 0.5 * last(same),
    },
  ];
}

export const ensembleSimulation: Simulation = {
  id: 'ensemble',
  title: 'Weights of several models, and when a larger one is asked',
  run,
};
