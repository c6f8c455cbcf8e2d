import { parseArgs } from 'node:util';
import { seededRandom } from '../../server/learning/random.ts';
import { presetPath } from '../../server/stopping/aggressiveness.ts';
import { readAllFeatures, readFeatures } from '../features/table.ts';
import { FEATURES, shippedWeights } from '../report/command.ts';
import { scoreHeldOut } from '../report/held-out.ts';
import { featureSet } from '../train/weights.ts';
import { simulate } from './simulate.ts';

export const VALIDITY_USAGE =
  'validity [--features FILE…] [--set lite|full] [--sets N] [--sizes N,N…] [--seed N]';

const ALPHAS = [0.01, 0.02, 0.05];
const DELTA = 0.05;
const SAVING = 0.3;
const SAMPLINGS = ['one-per-cluster', 'cluster-means'] as const;

/**
 * `validity`: calibrates and certifies on sets drawn by cluster bootstrap from the held-out pool, and
 * counts how often what was certified loses more than alpha over that pool. Tested is the path that ships.
 */
export async function validityCommand(
  args: string[],
  print: (line: string) => void,
): Promise<void> {
  const { values } = parseArgs({
    args,
    options: {
      features: { type: 'string', multiple: true, default: [FEATURES] },
      set: { type: 'string', default: 'lite' },
      sets: { type: 'string', default: '1000' },
      sizes: { type: 'string', default: '' },
      seed: { type: 'string', default: '1' },
    },
  });
  const all = await readAllFeatures(values.features);
  const traces = all.filter(({ complete }) => complete);
  const shipped = shippedWeights(featureSet.parse(values.set));
  const { scored } = scoreHeldOut(traces, await readFeatures(FEATURES), shipped.policy);
  const path = shipped.path ?? presetPath(shipped.thresholds);
  const sets = Number(values.sets);
  const matched = traces.filter((trace) => trace.matched);
  const clusters = new Set(matched.map(({ problem }) => problem)).size;
  const sizes = values.sizes === '' ? [clusters, 390, 1000] : values.sizes.split(',').map(Number);
  print(
    `pool: ${traces.length} held-out traces, ${matched.length} matches of the reference (the patient rule) in ${clusters} problems; ${sets} calibration sets a row, delta ${DELTA}\n`,
  );
  print(
    `| clusters in the set | alpha | losses | exceed alpha, by problem | exceed alpha, by match | something saving >= ${100 * SAVING} % certified | anything certified |`,
  );
  print('|---|---|---|---|---|---|---|');
  const random = seededRandom(Number(values.seed));
  const share = (count: number) => `${((100 * count) / sets).toFixed(1)} %`;
  for (const size of sizes) {
    for (const alpha of ALPHAS) {
      for (const sampling of SAMPLINGS) {
        const claim = { alpha, delta: DELTA, sampling };
        const result = simulate(scored, { path, sets, size, claim, saving: SAVING, random });
        print(
          `| ${size} | ${100 * alpha} % | ${sampling} | ${share(result.exceedByProblem)} | ${share(result.exceedByMatch)} | ${share(result.saving)} | ${share(result.certified)} |`,
        );
      }
    }
  }
}
