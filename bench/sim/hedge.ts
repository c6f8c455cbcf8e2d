import { formatShare } from '../../shared/figures.ts';
import { seededRandom } from '../../server/learning/random.ts';
import type { OwnPreset } from '../../server/stopping/policy/certificate.ts';
import type { Simulation, SimulationRow } from './simulation.ts';
import {
  adapt,
  bestOf,
  mean,
  placesOf,
  priced,
  writer,
  type Places,
  type Run,
  type Tally,
} from './users.ts';

const RUNS = 200;
const LABELS = 500;
/** Of the labels after the switch, those by which the new user is known. */
const KNOWN_BY = 300;
/** Of the second user's labels, so many are matches that the preset's own point loses. */
const LOSING = 0.1;
const GOAL = 0.05;

/** One user after the other, and the first one again. */
interface Life {
  readonly usual: Run;
  readonly switched: readonly [Run, Run];
  readonly back: Run;
}

function lifeOf(preset: OwnPreset, places: Places, seed: number): Life {
  const random = seededRandom(seed);
  const usual = adapt(preset, writer(places, 0, random), LABELS);
  const losing = writer(places, LOSING, random);
  const first = adapt(preset, losing, KNOWN_BY, usual.weights);
  const second = adapt(preset, losing, LABELS - KNOWN_BY, first.weights);
  const back = adapt(preset, writer(places, 0, random), LABELS, second.weights);
  return { usual, switched: [first, second], back };
}

/** As a share of the tokens of the best fixed boldness in hindsight. */
function regret({ own, fixed }: Run, preset: OwnPreset): number {
  const best = bestOf(fixed, preset);
  return (priced(own, preset) - priced(best, preset)) / best.tokens;
}

function excess({ own, fixed }: Run, preset: OwnPreset): number {
  const best = bestOf(fixed, preset);
  return own.tokens / best.tokens - 1;
}

function joined([first, second]: readonly [Run, Run]): Run {
  const both = (a: Tally, b: Tally | undefined) => ({
    tokens: a.tokens + (b?.tokens ?? 0),
    lost: a.lost + (b?.lost ?? 0),
  });
  const fixed = first.fixed.map((tally, i) => both(tally, second.fixed[i]));
  return { own: both(first.own, second.own), fixed, weights: second.weights };
}

export const hedgeSimulation: Simulation = {
  id: 'hedge',
  title: 'adaptation comes near the best boldness in hindsight, also after the user changed',
  async run() {
    const rows: SimulationRow[] = [];
    for (const preset of ['balanced', 'saver'] as const) {
      const places = await placesOf(preset);
      const lives = Array.from({ length: RUNS }, (_, i) => lifeOf(preset, places, i + 1));
      rows.push(...rowsOf(preset, lives));
    }
    return rows;
  },
};

function rowsOf(preset: OwnPreset, lives: readonly Life[]): SimulationRow[] {
  const row = (figure: string, values: readonly number[], goal: boolean): SimulationRow => {
    const value = mean(values);
    const measured = `${formatShare(value)} (${formatShare(quantile(values, 0.9))} in 1 of 10)`;
    return {
      figure: `${preset}: ${figure}`,
      measured,
      goal: goal ? `<= ${formatShare(GOAL)}` : '',
      met: goal ? value <= GOAL : null,
    };
  };
  const of = (figure: (run: Run, preset: OwnPreset) => number, runs: readonly Run[]) =>
    runs.map((run) => figure(run, preset));
  const usual = lives.map((life) => life.usual);
  const switched = lives.map((life) => joined(life.switched));
  const known = lives.map((life) => life.switched[1]);
  const back = lives.map((life) => life.back);
  const late = `labels ${KNOWN_BY} to ${LABELS} of it`;
  return [
    row(`regret over ${LABELS} labels`, of(regret, usual), true),
    row(`tokens above the best, same labels`, of(excess, usual), true),
    row(`regret after a switch, ${late}`, of(regret, known), true),
    row(`tokens above the best, all ${LABELS} after the switch`, of(excess, switched), true),
    row(`regret, all ${LABELS} after the switch`, of(regret, switched), false),
    row(`regret, ${LABELS} labels after the switch back`, of(regret, back), true),
  ];
}

function quantile(values: readonly number[], share: number): number {
  return [...values].sort((a, b) => a - b)[Math.floor(share * (values.length - 1))] ?? 0;
}
