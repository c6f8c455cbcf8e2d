import { certify, type Claim } from '../../server/learning/certify/certify.ts';
import type { Random } from '../../server/learning/random.ts';
import type { PartialPoint } from '../../server/stopping/policy/point.ts';
import { outcomeOf, type ScoredTrace } from '../../server/learning/fit/frontier.ts';

export interface Simulation {
  /** Safest first, fixed before any calibration set is drawn. */
  readonly path: readonly PartialPoint[];
  readonly sets: number;
  /** Clusters drawn for each calibration set. */
  readonly size: number;
  readonly claim: Pick<Claim, 'alpha' | 'delta' | 'sampling'>;
  /** A share of the reference's tokens. */
  readonly saving: number;
  readonly random: Random;
}

/** How many of the sets. */
export interface SimulationResult {
  readonly certified: number;
  /** The certified point loses more than alpha of the pool, each problem counting the same: what is certified. */
  readonly exceedByProblem: number;
  /** The same, each match counting the same. */
  readonly exceedByMatch: number;
  /** The certified point saves at least so much of the reference's tokens over the pool. */
  readonly saving: number;
}

interface Cluster {
  /** By match, then by point of the path: 1 where it is lost. */
  readonly matches: readonly (readonly number[])[];
  /** By point. */
  readonly means: readonly number[];
}

const meanOver = <T>(items: readonly T[], value: (item: T) => number): number =>
  items.reduce((sum, item) => sum + value(item), 0) / items.length;

/** Matches of the patient rule by problem, and what each point of the path makes of them. */
function clustersOf(scored: readonly ScoredTrace[], path: readonly PartialPoint[]): Cluster[] {
  const byProblem = new Map<string, number[][]>();
  for (const one of scored) {
    if (!one.trace.matched) continue;
    const losses = path.map((point) => Number(!outcomeOf(one, point).matched));
    byProblem.set(one.trace.problem, [...(byProblem.get(one.trace.problem) ?? []), losses]);
  }
  return [...byProblem.values()].map((matches) => ({
    matches,
    means: path.map((_, point) => meanOver(matches, (losses) => losses[point] ?? 0)),
  }));
}

function tokensAt(one: ScoredTrace, point: PartialPoint | undefined): number {
  return point ? outcomeOf(one, point).tokens : one.trace.tokens;
}

/** The boldest of neighbours that lose the very same matches: a test tells nothing between them. */
function distinct(clusters: readonly Cluster[], path: readonly PartialPoint[]): number[] {
  const losses = (point: number) =>
    clusters.flatMap(({ matches }) => matches.map((own) => own[point] ?? 0)).join('');
  const all = path.map((_, point) => losses(point));
  return path.flatMap((_, point) => (all[point] === all[point + 1] ? [] : [point]));
}

/** Draws calibration sets by cluster bootstrap, certifies on each, and looks at the pool. */
export function simulate(
  scored: readonly ScoredTrace[],
  { path, sets, size, claim, saving, random }: Simulation,
): SimulationResult {
  const clusters = clustersOf(scored, path);
  const matches = clusters.flatMap((cluster) => cluster.matches);
  const patientTokens = meanOver(scored, ({ trace }) => trace.tokens);
  const points = distinct(clusters, path).map((j) => ({
    j,
    byProblem: meanOver(clusters, ({ means }) => means[j] ?? 0),
    byMatch: meanOver(matches, (losses) => losses[j] ?? 0),
    saved: 1 - meanOver(scored, (one) => tokensAt(one, path[j])) / patientTokens,
  }));
  const pick = <T>(items: readonly T[]): T | undefined =>
    items[Math.floor(random() * items.length)];
  const count = { certified: 0, exceedByProblem: 0, exceedByMatch: 0, saving: 0 };
  for (let set = 0; set < sets; set += 1) {
    const rows = Array.from({ length: size }, () => {
      const cluster = pick(clusters);
      if (!cluster) throw new RangeError('the pool has no match');
      return claim.sampling === 'cluster-means' ? cluster.means : (pick(cluster.matches) ?? []);
    });
    const result = certify(
      points.map((point) => ({ point, losses: rows.map((losses) => losses[point.j] ?? 0) })),
      { ...claim, population: 'the held-out pool', modelDigest: '', engine: '' },
    );
    if (!result.certified) continue;
    const { byProblem, byMatch, saved } = result.point;
    count.certified += 1;
    count.exceedByProblem += Number(byProblem > claim.alpha);
    count.exceedByMatch += Number(byMatch > claim.alpha);
    count.saving += Number(saved >= saving);
  }
  return count;
}
