import { parseArgs } from 'node:util';
import { seededRandom, type Random } from '../../server/learning/random.ts';
import { presetPath } from '../../server/stopping/policy/aggressiveness.ts';
import { readAllFeatures } from '../features/table.ts';
import { shippedWeights, TRAINING } from '../report/command.ts';
import { scoreHeldOut } from '../report/held-out.ts';
import { featureSet } from '../train/weights.ts';
import { certifiedSets } from './packages.ts';
import { simulate } from './simulate.ts';

export const VALIDITY_USAGE =
  'validity [--features FILE…] [--set lite|full] [--sets N] [--sizes N,N…] [--seed N]';

const ALPHAS = [0.01, 0.02, 0.05];
const DELTA = 0.05;
const SAVING = 0.3;
const SAMPLINGS = ['one-per-cluster', 'cluster-means'] as const;

/** As many packages and matches in each as a calibration may have. */
const PACKAGE_SETS = [
  { packages: 80, matches: 3 },
  { packages: 80, matches: 10 },
  { packages: 400, matches: 3 },
] as const;
const CORRELATIONS = [0.001, 0.05, 0.2];
/** Just above alpha, where a certificate is false; and a point that deserves one. */
const RATES = [1.002, 0.1];

/** How often losses that depend on each other inside packages are certified, by match and by package. */
function printPackages(sets: number, random: Random, print: (line: string) => void): void {
  print(
    '\n| packages | matches in each | alpha | true rate | correlation inside packages | certified, matches taken for independent | certified, packages taken for independent |',
  );
  print('|---|---|---|---|---|---|---|');
  const alpha = 0.05;
  for (const size of PACKAGE_SETS) {
    for (const part of RATES) {
      for (const correlation of CORRELATIONS) {
        const rate = part * alpha;
        const claim = { alpha, delta: DELTA };
        const { byMatch, byPackage } = certifiedSets({
          ...size,
          rate,
          correlation,
          sets,
          claim,
          random,
        });
        const share = (count: number) => `${((100 * count) / sets).toFixed(1)} %`;
        print(
          `| ${size.packages} | ${size.matches} | ${100 * alpha} % | ${(100 * rate).toFixed(2)} % | ${correlation} | ${share(byMatch)} | ${share(byPackage)} |`,
        );
      }
    }
  }
}

/**
 * `validity`: calibrates and certifies on sets drawn by cluster bootstrap from the held-out pool, and
 * counts how often what was certified loses more than alpha over that pool. Tested is the path that ships. Then
 * the same for simulated packages whose files go wrong together.
 */
export async function validityCommand(
  args: string[],
  print: (line: string) => void,
): Promise<void> {
  const { values } = parseArgs({
    args,
    options: {
      features: { type: 'string', multiple: true, default: [...TRAINING] },
      set: { type: 'string', default: 'lite' },
      sets: { type: 'string', default: '1000' },
      sizes: { type: 'string', default: '' },
      seed: { type: 'string', default: '1' },
    },
  });
  const all = await readAllFeatures(values.features);
  const traces = all.filter(({ complete }) => complete);
  const shipped = shippedWeights(featureSet.parse(values.set));
  const { scored } = scoreHeldOut(traces, await readAllFeatures(TRAINING), shipped.policy);
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
  printPackages(sets, random, print);
}
