import type { ExperimentEndpoint } from '../../shared/stats.ts';
import { armLabel, armOf } from '../../server/learning/experiment/assign.ts';
import {
  bet,
  difference,
  eValue,
  noBets,
  type Observation,
} from '../../server/learning/experiment/betting.ts';
import type { Definition } from '../../server/learning/experiment/definition.ts';
import {
  begun,
  experimentLearner,
  type ExperimentState,
} from '../../server/learning/experiment/experiment.ts';
import { NO_PAIRS, pairsEValue } from '../../server/learning/experiment/pairs.ts';
import type { StretchEvidence } from '../../server/learning/learner.ts';
import { seededRandom, type Random } from '../../server/learning/random.ts';
import type { RequestRecord } from '../../server/outcomes/records.ts';
import type { Simulation, SimulationRow } from './simulation.ts';

const RUNS = 1000;
/** Looked at after each. */
const STRETCHES = 1000;
/** At which the interval is looked at. */
const LOOKS = [10, 20, 35, 50, 75, 100, 150, 200, 300, 400, 500, 600, 700, 800, 900, 1000];
const DECIDES = 20;
const ALPHA = 0.05;
/** Standard errors by which a rate over {@link RUNS} runs may lie above the one that is promised. */
const CHANCE = 2;

export const experiments: Simulation = {
  id: 'experiments',
  title: 'Experiments: verdicts that may be looked at all the time',
  run: () => [...falsePositives(), ...wholeRule(), ...power(), ...coverage()],
};

type Value = (random: Random, arm: 'a' | 'b', t: number) => number;

/** What real stretches look like: shares of 0 and 1, and amounts with a long tail, by the bound. */
const SAME: Readonly<Record<string, Value>> = {
  matches: share(0.25, 0.25),
  acceptance: share(0.35, 0.35),
  tokens: amount(0.12, 0.12, 0.8),
  latency: amount(0.3, 0.3, 0.5),
  'a user who changes: matches 10 %, then 50 %': (random, _, t) =>
    Number(random() < (t < STRETCHES / 2 ? 0.1 : 0.5)),
};

function share(a: number, b: number): Value {
  return (random, arm) => Number(random() < (arm === 'a' ? a : b));
}

/** Log-normal with these medians, cut at 1. */
function amount(a: number, b: number, sigma: number): Value {
  return (random, arm) => Math.min(1, (arm === 'a' ? a : b) * Math.exp(sigma * normal(random)));
}

function normal(random: Random): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

function* observed(seed: number, value: Value): Generator<Observation> {
  const random = seededRandom(seed);
  for (let t = 0; t < STRETCHES; t += 1) {
    const arm = random() < 0.5 ? 'a' : 'b';
    yield { arm, value: value(random, arm, t) };
  }
}

function* capitals(seed: number, value: Value): Generator<number> {
  let betting = noBets();
  for (const observation of observed(seed, value)) {
    betting = bet(betting, observation);
    yield eValue(betting);
  }
}

function shareOf(holds: (seed: number) => boolean, runs = RUNS): number {
  let count = 0;
  for (let run = 0; run < runs; run += 1) count += Number(holds(run));
  return count / runs;
}

function reachesVerdict(seed: number, value: Value): boolean {
  for (const e of capitals(seed, value)) if (e >= DECIDES) return true;
  return false;
}

function falsePositives(): SimulationRow[] {
  const rows = Object.entries(SAME).map(([name, value]) =>
    atMost(
      `A/A, two samples, ${name}`,
      shareOf((seed) => reachesVerdict(seed, value)),
    ),
  );
  const pairs = shareOf((seed) => {
    const random = seededRandom(seed);
    const found = { ...NO_PAIRS };
    for (let t = 0; t < STRETCHES; t += 1) {
      found[random() < 0.5 ? 'a' : 'b'] += 1;
      if (pairsEValue(found) >= DECIDES) return true;
    }
    return false;
  }, 300);
  return [...rows, atMost('A/A, replayed pairs', pairs, 300), fixedSample()];
}

/** What looking all the time does to a test that was made for one look. */
function fixedSample(): SimulationRow {
  const rejected = shareOf((seed) => {
    const random = seededRandom(seed);
    const [n, k] = [
      [0, 0],
      [0, 0],
    ];
    for (let t = 0; t < STRETCHES; t += 1) {
      const arm = Number(random() < 0.5);
      n[arm] = (n[arm] ?? 0) + 1;
      k[arm] = (k[arm] ?? 0) + Number(random() < 0.25);
      if (t >= 20 && Math.abs(zOf(n, k)) > 1.96) return true;
    }
    return false;
  });
  return {
    figure: 'for comparison: a z-test at each look',
    measured: percent(rejected),
    goal: '',
    met: null,
  };
}

function zOf([n = 0, m = 0]: readonly number[], [k = 0, l = 0]: readonly number[]): number {
  const pooled = (k + l) / (n + m);
  const spread = Math.sqrt(pooled * (1 - pooled) * (1 / n + 1 / m));
  return spread > 0 ? (k / n - l / m) / spread : 0;
}

/** Through the learner: draws, endpoints, guards and all. */
function wholeRule(): SimulationRow[] {
  const runs = 300;
  return (['matches', 'tokens', 'any'] as const).flatMap((endpoint) => {
    const ends = Array.from({ length: runs }, (_, seed) =>
      runLearner(seed, endpoint, () => SAME_STRETCH),
    );
    const rate = (kind: string) => ends.filter((end) => end.kind === kind).length / runs;
    return [
      atMost(`A/A, whole rule on ${endpoint}: a winner`, rate('better'), runs),
      ...(endpoint === 'any'
        ? []
        : [atMost(`A/A, whole rule on ${endpoint}: ended by a guard`, rate('harm'), runs)]),
    ];
  });
}

interface Stretch {
  readonly match: number;
  readonly accept: number;
  readonly tokens: number;
}
const SAME_STRETCH: Stretch = { match: 0.25, accept: 0.35, tokens: 12 };

function runLearner(
  seed: number,
  endpoint: ExperimentEndpoint | 'any',
  of: (arm: 'a' | 'b') => Stretch,
): { readonly kind: string; readonly winner: string | null; readonly at: number } {
  const random = seededRandom(seed);
  const learner = experimentLearner(() => null);
  const definition: Definition = {
    id: 'simulated',
    seed,
    startedAt: 0,
    a: { 'stopping.preset': 'balanced' },
    b: { 'stopping.preset': 'saver' },
    endpoint,
    bounds: { tokens: 100, latency: 2000 },
  };
  let state: ExperimentState = begun(definition);
  for (let t = 1; t <= STRETCHES; t += 1) {
    const arm = armOf(definition, random(), 0) ?? 'a';
    const { match, accept, tokens } = of(arm);
    const request = {
      first: true,
      arm: armLabel(definition, arm),
      tokensAtStop: Math.ceil(tokens * Math.exp(0.8 * normal(random))),
      stopMs: 600 * Math.exp(0.5 * normal(random)),
    } as RequestRecord;
    state = learner.observe(state, {
      kind: 'stretch',
      simulated: true,
      requests: [request],
      tails: [],
      trace: null,
      label: {
        outcome: random() < accept ? 'accepted' : 'rejected',
        exactMatch: random() < match,
        settledAt: t,
        accepts: 0,
      } as StretchEvidence['label'],
    });
    if (state !== 'none' && state.verdict) return { ...state.verdict };
  }
  return { kind: 'none', winner: null, at: Infinity };
}

function power(): SimulationRow[] {
  const found = (of: (seed: number) => number, runs: number) => {
    const at = Array.from({ length: runs }, (_, seed) => of(seed)).sort((x, y) => x - y);
    const share = at.filter((t) => t < Infinity).length / runs;
    const median = at[Math.floor(runs / 2)] ?? Infinity;
    return `${percent(share)}, half after ${median < Infinity ? String(median) : `more than ${STRETCHES}`}`;
  };
  const through = (
    figure: string,
    endpoint: ExperimentEndpoint,
    b: Stretch,
    right: (end: ReturnType<typeof runLearner>) => boolean,
  ): SimulationRow => ({
    figure,
    measured: found((seed) => {
      const end = runLearner(seed, endpoint, (arm) => (arm === 'a' ? SAME_STRETCH : b));
      return right(end) ? end.at : Infinity;
    }, 200),
    goal: '',
    met: null,
  });
  const wins = ({ kind, winner }: ReturnType<typeof runLearner>) =>
    kind === 'better' && winner === 'b';
  const pairs = found((seed) => {
    const random = seededRandom(seed);
    const counts = { ...NO_PAIRS };
    for (let t = 1; t <= STRETCHES; t += 1) {
      counts[random() < 0.7 ? 'b' : 'a'] += 1;
      if (pairsEValue(counts) >= DECIDES) return t;
    }
    return Infinity;
  }, 200);
  return [
    through('found: matches 25 % and 45 %', 'matches', { ...SAME_STRETCH, match: 0.45 }, wins),
    through('found: matches 25 % and 35 %', 'matches', { ...SAME_STRETCH, match: 0.35 }, wins),
    through('found: a third fewer tokens', 'tokens', { ...SAME_STRETCH, tokens: 8 }, wins),
    through(
      'found: fewer tokens at the price of 15 points of matches',
      'tokens',
      { ...SAME_STRETCH, tokens: 11.5, match: 0.1 },
      ({ kind }) => kind === 'harm',
    ),
    { figure: 'found: 70 % of replayed pairs, in pairs', measured: pairs, goal: '', met: null },
  ];
}

/** The interval must hold the truth at all times at once. */
function coverage(): SimulationRow[] {
  const cases: readonly (readonly [string, number, Value])[] = [
    ['no difference in matches', 0, share(0.25, 0.25)],
    ['matches 25 % and 40 %', 0.15, share(0.25, 0.4)],
    ['rare matches, 2 % and 4 %', 0.02, share(0.02, 0.04)],
  ];
  return cases.flatMap(([name, truth, value]) => {
    const runs = 200;
    const widths: number[] = [];
    const missed = shareOf((seed) => {
      const observations = [...observed(seed, value)];
      return LOOKS.some((n) => {
        const { low, high } = difference(observations.slice(0, n));
        if (n === 500) widths.push((high - low) / 2);
        return truth < low || truth > high;
      });
    }, runs);
    const half = widths.reduce((sum, width) => sum + width, 0) / widths.length;
    return [
      {
        figure: `sequence holds the truth always: ${name}`,
        measured: `${percent(1 - missed)} of ${runs}, ±${(half * 100).toFixed(0)} points at 500`,
        goal: '>= 95 %',
        met: missed <= ALPHA + CHANCE * standardError(runs),
      },
    ];
  });
}

function atMost(figure: string, rate: number, runs = RUNS): SimulationRow {
  const met = rate <= ALPHA + CHANCE * standardError(runs);
  return {
    figure,
    measured: `${percent(rate)} of ${runs}, ${STRETCHES} looks`,
    goal: '<= 5 %',
    met,
  };
}

function standardError(runs: number): number {
  return Math.sqrt((ALPHA * (1 - ALPHA)) / runs);
}

function percent(rate: number): string {
  return `${(100 * rate).toFixed(1)} %`;
}
