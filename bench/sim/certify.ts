import { calibrate, type KnownWeights } from '../../server/learning/calibrate/calibration.ts';
import { pathOf } from '../../server/learning/certify/path.ts';
import { lossesOf } from '../../server/learning/certify/calibrate.ts';
import { recalibrationDelta } from '../../server/learning/certify/certify.ts';
import type { FeatureTrace } from '../../server/learning/fit/feature-trace.ts';
import { fitPolicy } from '../../server/learning/fit/fit.ts';
import { foldsOf } from '../../server/learning/fit/folds.ts';
import { crossScore, scoreTrace, type ScoredTrace } from '../../server/learning/fit/frontier.ts';
import { seededRandom, type Random } from '../../server/learning/random.ts';
import { OWN_PRESETS, type OwnPreset } from '../../server/stopping/policy/certificate.ts';
import type { PartialPoint } from '../../server/stopping/policy/point.ts';
import { readAllFeatures } from '../features/table.ts';
import { TRAINING } from '../report/command.ts';
import type { Simulation, SimulationRow } from './simulation.ts';

const RESPLITS = 1000;
const LOOKS = 5;
const GOAL = 0.05;
/** Files of a package that go wrong together: neighbours, once all are sorted by what they lose. */
const PACKAGE = 8;

/** One trace of each file. */
type File = ScoredTrace;

/** A world of which the truth is known, and weights that never saw it. */
interface World {
  readonly files: readonly File[];
  readonly known: KnownWeights & { readonly path: readonly PartialPoint[] };
}

/** Half of the recorded problems give the weights and the order of the points, the other half is the world. */
async function readWorld(): Promise<World> {
  const traces = await readAllFeatures(TRAINING);
  const half = foldsOf(
    traces.map(({ problem }) => problem),
    2,
    1,
  );
  const part = (wanted: number) => traces.filter((_, i) => half[i] === wanted);
  const fit = (some: readonly FeatureTrace[]) => fitPolicy(some, 'lite', 'logistic');
  const training = part(0);
  const policy = fit(training);
  const path = pathOf(crossScore(training, fit, 5, [1]))
    .slice(1)
    .map(({ stored }) => stored);
  const byProblem = new Map(part(1).map((trace) => [trace.problem, trace]));
  const files = [...byProblem.values()].map((trace) => scoreTrace(trace, policy));
  return { files, known: { policy, path, trainedOn: 'one half' } };
}

/** The share of the files' matches that a point loses: what is certified. */
function riskOf(files: readonly File[], point: PartialPoint): number {
  const matches = files.filter(({ trace }) => trace.matched);
  if (matches.length === 0) return 0;
  return lossesOf(matches, point).reduce((sum, loss) => sum + loss, 0) / matches.length;
}

/** What the calibration of one drawn workspace claimed, and whether that is false. */
interface Claims {
  readonly certified: Readonly<Record<OwnPreset, boolean>>;
  readonly violated: Readonly<Record<OwnPreset, boolean>>;
}

/**
 * Calibrates a workspace as the daemon would, of fewer spans than it fits weights on: a fit takes longer than a
 * hundred certificates.
 * @param population whose risk the certificates are about
 */
function claimsOn(
  workspace: readonly File[],
  population: readonly File[],
  known: KnownWeights,
  set: number,
  look = 1,
): Claims {
  const traces = workspace.map(({ trace }, i) => ({ ...trace, problem: `${set} ${i}` }));
  const facts = { modelDigest: '', engine: 'simulated', calibration: '' };
  const { weights } = calibrate({ traces, known, inForce: null, facts, source: 'files', look });
  const certificateOf = (preset: OwnPreset) => weights?.presets[preset].certificate ?? null;
  const violates = (preset: OwnPreset) => {
    const certificate = certificateOf(preset);
    const point = weights?.presets[preset].point;
    return certificate !== null && !!point && riskOf(population, point) > certificate.alpha;
  };
  const each = <T>(value: (preset: OwnPreset) => T) => ({
    faithful: value('faithful'),
    balanced: value('balanced'),
    saver: value('saver'),
  });
  return { certified: each((preset) => certificateOf(preset) !== null), violated: each(violates) };
}

function drawn<T>(items: readonly T[], count: number, random: Random): T[] {
  return Array.from({ length: count }, () => items[Math.floor(random() * items.length)]).filter(
    (item) => item !== undefined,
  );
}

/** One row a preset: how often a certificate was given, and how often it was false. */
function rowsOf(name: string, claims: readonly Claims[]): SimulationRow[] {
  const share = (count: number) => `${((100 * count) / claims.length).toFixed(1)} %`;
  return OWN_PRESETS.map((preset) => {
    const violated = claims.filter((each) => each.violated[preset]).length;
    const certified = claims.filter((each) => each.certified[preset]).length;
    return {
      figure: `${name}, ${preset}: certified but violating`,
      measured: `${share(violated)} of ${claims.length} (certified ${share(certified)})`,
      goal: `<= ${100 * GOAL} %`,
      met: violated / claims.length <= GOAL,
    };
  });
}

const sets = Array.from({ length: RESPLITS }, (_, set) => set);

/** Files drawn from the world: independent of each other. */
function independent({ files, known }: World, count: number, ordered: boolean): SimulationRow[] {
  const random = seededRandom(count);
  const { path, ...rest } = known;
  const begin = ordered ? { ...rest, path } : rest;
  const claims = sets.map((set) => claimsOn(drawn(files, count, random), files, begin, set));
  const name = `${count} files${ordered ? '' : ', the points ordered on them'}`;
  return rowsOf(name, claims);
}

/** Whole packages drawn, whose files lose together; a certificate speaks of the workspace that they make. */
function inPackages({ files, known }: World, packages: number): SimulationRow[] {
  const random = seededRandom(packages);
  const middle = known.path[Math.floor(known.path.length / 2)] ?? { tauDone: 1, tauAlive: 0 };
  const sorted = [...files]
    .map((file) => ({ file, at: riskOf([file], middle) + 0.2 * random() }))
    .sort((a, b) => a.at - b.at)
    .map(({ file }) => file);
  const all = Array.from({ length: Math.floor(sorted.length / PACKAGE) }, (_, i) =>
    sorted.slice(i * PACKAGE, (i + 1) * PACKAGE),
  );
  const claims = sets.map((set) => {
    const workspace = drawn(all, packages, random).flat();
    return claimsOn(workspace, workspace, known, set);
  });
  return rowsOf(`${packages} packages of ${PACKAGE} files that lose together`, claims);
}

/** A workspace that grows and is calibrated again and again: all its certificates together spend delta once. */
function again({ files, known }: World, count: number): SimulationRow[] {
  const random = seededRandom(7);
  const claims = sets.slice(0, RESPLITS / LOOKS).map((set) => {
    const workspace = drawn(files, count * LOOKS, random);
    const looks = Array.from({ length: LOOKS }, (_, i) =>
      claimsOn(workspace.slice(0, count * (i + 1)), files, known, set, i + 1),
    );
    return looks.some(({ violated }) => violated.balanced);
  });
  const violated = claims.filter(Boolean).length;
  return [
    {
      figure: `${LOOKS} calibrations while ${count} files become ${count * LOOKS}, balanced: any violating`,
      measured: `${((100 * violated) / claims.length).toFixed(1)} % of ${claims.length} (the last spends ${(100 * recalibrationDelta(GOAL, LOOKS)).toFixed(2)} %)`,
      goal: `<= ${100 * GOAL} %`,
      met: violated / claims.length <= GOAL,
    },
  ];
}

/** Certificates of "Calibrate on This Workspace", through its own code, on recorded traces of known truth. */
export const certifySimulation: Simulation = {
  id: 'certify',
  title: 'what a calibration certifies holds',
  async run() {
    const world = await readWorld();
    return [
      ...independent(world, 400, true),
      ...independent(world, 300, false),
      ...inPackages(world, 40),
      ...again(world, 80),
    ];
  },
};
