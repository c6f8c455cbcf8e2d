import { calibrate, type KnownWeights } from '../../server/learning/calibrate/calibration.ts';
import { partOf } from '../../server/learning/calibrate/split.ts';
import { recalibrationDelta } from '../../server/learning/certify/certify.ts';
import { seededRandom } from '../../server/learning/random.ts';
import {
  OWN_PRESETS,
  type OwnPreset,
  type StratumClaim,
} from '../../server/stopping/policy/certificate.ts';
import { drawn, readWorld, riskOf, type File, type World } from './files.ts';
import type { Simulation, SimulationRow } from './simulation.ts';
import { losingLanguage, stoppedByStratum } from './strata.ts';

const RESPLITS = 1000;
const LOOKS = 5;
const GOAL = 0.05;
/** Files of a larger workspace on which the points are ordered, too few to fit weights on. */
const FITTING = 140;
const MOST_BY_HALVES = 400;
/** Files of a package that go wrong together: neighbours, once all are sorted by what they lose. */
const PACKAGE = 8;

/** What the calibration of one drawn workspace claimed, and whether anything of it is false. */
interface Claims {
  readonly certified: Readonly<Record<OwnPreset, boolean>>;
  readonly violated: Readonly<Record<OwnPreset, boolean>>;
  /** Strata with a certificate. */
  readonly strata: Readonly<Record<OwnPreset, number>>;
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
  const traces = workspace.map(({ trace }, i) => ({
    ...trace,
    problem: nameOf(`${set} ${i}`, i, workspace.length),
  }));
  const facts = { modelDigest: '', engine: 'simulated', calibration: '' };
  const { weights } = calibrate({ traces, known, inForce: null, facts, source: 'files', look });
  const certificateOf = (preset: OwnPreset) => weights?.presets[preset].certificate ?? null;
  const strataOf = (preset: OwnPreset) => certificateOf(preset)?.strata ?? [];
  const violates = (preset: OwnPreset) => {
    const certificate = certificateOf(preset);
    const point = weights?.presets[preset].point;
    if (certificate === null || !point) return false;
    const isFalse = (claim: StratumClaim) =>
      riskOf(stratumOf(population, claim), point) > claim.alpha;
    return riskOf(population, point) > certificate.alpha || strataOf(preset).some(isFalse);
  };
  const each = <T>(value: (preset: OwnPreset) => T) => ({
    faithful: value('faithful'),
    balanced: value('balanced'),
    saver: value('saver'),
  });
  return {
    certified: each((preset) => certificateOf(preset) !== null),
    violated: each(violates),
    strata: each((preset) => strataOf(preset).length),
  };
}

/** A fit takes longer than a hundred certificates: of a large workspace all files but a few certify. */
function nameOf(name: string, i: number, count: number): string {
  if (count <= MOST_BY_HALVES) return name;
  const part = i % Math.ceil(count / FITTING) === 0 ? 'fit' : 'certify';
  let named = name;
  while (partOf(named) !== part) named += '.';
  return named;
}

function stratumOf(files: readonly File[], { by, name }: StratumClaim): File[] {
  return files.filter(({ trace }) => (by === 'language' ? trace.lang : trace.kind) === name);
}

/** One row a preset: how often a certificate was given, and how often it was false. */
function rowsOf(name: string, claims: readonly Claims[]): SimulationRow[] {
  const share = (count: number) => `${((100 * count) / claims.length).toFixed(1)} %`;
  return OWN_PRESETS.map((preset) => {
    const violated = claims.filter((each) => each.violated[preset]).length;
    const certified = claims.filter((each) => each.certified[preset]).length;
    const strata = claims.reduce((sum, each) => sum + each.strata[preset], 0) / claims.length;
    const beside = strata > 0 ? `, and ${strata.toFixed(1)} strata` : '';
    return {
      figure: `${name}, ${preset}: certified but violating`,
      measured: `${share(violated)} of ${claims.length} (certified ${share(certified)}${beside})`,
      goal: `<= ${100 * GOAL} %`,
      met: violated / claims.length <= GOAL,
    };
  });
}

const sets = Array.from({ length: RESPLITS }, (_, set) => set);

/** Files drawn from the world: independent of each other. */
function independent(
  { files, known }: World,
  count: number,
  ordered: boolean,
  which = '',
): SimulationRow[] {
  const random = seededRandom(count);
  const { path, ...rest } = known;
  const begin = ordered ? { ...rest, path } : rest;
  const claims = sets.map((set) => claimsOn(drawn(files, count, random), files, begin, set));
  const name = `${count} files${ordered ? '' : ', the points ordered on them'}${which}`;
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
      ...independent(world, 1200, true),
      ...independent(losingLanguage(world), 1200, true, ', one language loses 11 %'),
      ...inPackages(world, 40),
      ...inPackages(world, 150),
      ...again(world, 80),
      ...stoppedByStratum(world),
    ];
  },
};
