import type { StratumClaim } from '../../stopping/policy/certificate.ts';
import type { FeatureTrace } from '../fit/feature-trace.ts';
import { clustersNeeded, exactPValue } from './certify.ts';

/**
 * Of what a calibration may spend, the part of its strata: from 49 matches without a loss on one of them is certified
 * at 10 %. By power, against what it takes from the pooled test (docs/statistics.md).
 */
const SHARE = 0.2;

/** Part of a calibration's matches, of which something may be certified by itself. */
export interface Stratum extends Pick<StratumClaim, 'by' | 'name'> {
  /** Where its matches stand among all of them. */
  readonly members: readonly number[];
}

/** What is tested by itself, and what the tests may spend. */
export interface StrataPlan {
  /** In the order in which they are tested. */
  readonly strata: readonly Stratum[];
  /** The probability, at most, that the pooled certificate is false. */
  readonly pooled: number;
  /** The same of any stratum's. */
  readonly inStrata: number;
}

type Known = Pick<FeatureTrace, 'lang' | 'kind'>;

const PARTS: Readonly<Record<StratumClaim['by'], (trace: Known) => string>> = {
  language: ({ lang }) => lang,
  kind: ({ kind }) => kind,
};

/**
 * Languages and kinds of place with as many matches as a certificate at `loosest` takes, the largest first. Of the
 * numbers of matches alone, so it may be made before a loss is seen. Where there are none, all of delta is left for
 * the pooled test.
 * @param matches one a cluster
 * @param delta for all tests together
 */
export function planStrata(matches: readonly Known[], loosest: number, delta: number): StrataPlan {
  const inStrata = SHARE * delta;
  const needed = clustersNeeded(loosest, inStrata);
  const strata = (['language', 'kind'] as const)
    .flatMap((by) => strataBy(by, matches))
    .filter(({ members: { length } }) => length >= needed && length < matches.length)
    .sort((a, b) => b.members.length - a.members.length || (a.name < b.name ? -1 : 1));
  return strata.length > 0
    ? { strata, inStrata, pooled: delta - inStrata }
    : { strata, inStrata: 0, pooled: delta };
}

function strataBy(by: StratumClaim['by'], matches: readonly Known[]): Stratum[] {
  const members = new Map<string, number[]>();
  for (const [i, trace] of matches.entries()) {
    const name = PARTS[by](trace);
    members.set(name, [...(members.get(name) ?? []), i]);
  }
  return [...members].map(([name, own]) => ({ by, name, members: own }));
}

/**
 * What holds in each stratum of a point that the pooled test has certified: one fixed sequence, which tests every
 * stratum at the loosest level, then every one at the next, and ends at the first that does not pass. Levels for
 * which a stratum has too few matches are left out beforehand.
 * @param losses of the path's points up to the certified one, of each match: 0 or 1
 * @param levels in (0, 1), in any order
 */
export function certifyStrata(
  { strata, inStrata: delta }: StrataPlan,
  losses: readonly (readonly number[])[],
  levels: readonly number[],
): StratumClaim[] {
  const claims = new Map<Stratum, StratumClaim>();
  const loosestFirst = [...levels].sort((a, b) => b - a);
  const sequence = loosestFirst.flatMap((alpha) =>
    strata
      .filter(({ members }) => members.length >= clustersNeeded(alpha, delta))
      .map((stratum) => ({ stratum, alpha })),
  );
  for (const { stratum, alpha } of sequence) {
    const { by, name, members } = stratum;
    const lost = losses.map((own) => members.reduce((sum, i) => sum + (own[i] ?? 0), 0));
    const n = members.length;
    if (!lost.every((k) => exactPValue(k, n, alpha) <= delta)) break;
    claims.set(stratum, { by, name, alpha, n, k: lost.at(-1) ?? 0 });
  }
  return [...claims.values()];
}
