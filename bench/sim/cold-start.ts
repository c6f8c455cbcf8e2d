import { formatShare } from '../../shared/figures.ts';
import { seededRandom } from '../../server/learning/random.ts';
import type { OwnPreset } from '../../server/stopping/policy/certificate.ts';
import type { Simulation, SimulationRow } from './simulation.ts';
import { adapt, bestOf, mean, placesOf, writer, type Places } from './users.ts';

const RUNS = 200;
const LABELS = 200;
const GOAL = 0.8;

/** Of the tokens that the best fixed boldness in hindsight saves against the reference, and lost matches more. */
function startOf(preset: OwnPreset, places: Places, seed: number) {
  const { own, fixed } = adapt(preset, writer(places, 0, seededRandom(seed)), LABELS);
  const reference = fixed[0]?.tokens ?? 0;
  const best = bestOf(fixed, preset);
  return { own: reference - own.tokens, best: reference - best.tokens, lost: own.lost - best.lost };
}

export const coldStartSimulation: Simulation = {
  id: 'cold-start',
  title: 'the first labels on top of what ships already save most of what can be saved',
  async run() {
    const rows: SimulationRow[] = [];
    for (const preset of ['balanced', 'saver'] as const) {
      const places = await placesOf(preset);
      const starts = Array.from({ length: RUNS }, (_, i) => startOf(preset, places, i + 1));
      const share = mean(starts.map(({ own }) => own)) / mean(starts.map(({ best }) => best));
      rows.push({
        figure: `${preset}: saved of the best in hindsight in ${LABELS} labels`,
        measured: `${formatShare(share)} of its tokens (${RUNS} runs)`,
        goal: `>= ${formatShare(GOAL)}`,
        met: share >= GOAL,
      });
      rows.push({
        figure: `${preset}: matches lost more than by it`,
        measured: `${mean(starts.map(({ lost }) => lost)).toFixed(2)} in ${LABELS} labels`,
        ...{ goal: '', met: null },
      });
    }
    return rows;
  },
};
