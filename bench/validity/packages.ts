import { certify, type Claim } from '../../server/learning/certify/certify.ts';
import type { Random } from '../../server/learning/random.ts';

/** Calibration sets of packages whose files go wrong together. */
export interface PackageSets {
  readonly packages: number;
  /** Matches of the reference in each. */
  readonly matches: number;
  /** The rate at which a match is lost, over all packages. */
  readonly rate: number;
  /** Intra-class correlation of the losses of one package, in (0, 1): each package's rate is beta-distributed. */
  readonly correlation: number;
  readonly sets: number;
  readonly claim: Pick<Claim, 'alpha' | 'delta'>;
  readonly random: Random;
}

/** How many of the sets are certified: with matches, and with packages taken for independent. */
export function certifiedSets(question: PackageSets): { byMatch: number; byPackage: number } {
  const { packages, matches, sets, claim, random } = question;
  const passes = (losses: readonly number[], sampling: Claim['sampling']): number => {
    const about = { population: 'simulated', modelDigest: '', engine: '' };
    return Number(certify([{ point: 0, losses }], { ...claim, ...about, sampling }).certified);
  };
  const count = { byMatch: 0, byPackage: 0 };
  for (let set = 0; set < sets; set += 1) {
    const lost = Array.from({ length: packages }, () => {
      const rate = rateOfPackage(question);
      return Array.from({ length: matches }, () => Number(random() < rate));
    });
    const means = lost.map((own) => own.reduce((sum, loss) => sum + loss, 0) / matches);
    count.byMatch += passes(lost.flat(), 'one-per-cluster');
    count.byPackage += passes(means, 'cluster-means');
  }
  return count;
}

/** Beta with mean `rate`; its first two parameters add up to 1 / correlation - 1. */
function rateOfPackage({ rate, correlation, random }: PackageSets): number {
  const total = 1 / correlation - 1;
  const lost = gamma(rate * total, random);
  return lost / (lost + gamma((1 - rate) * total, random));
}

/** Marsaglia & Tsang, "A simple method for generating gamma variables", 2000; with their boost below shape 1. */
function gamma(shape: number, random: Random): number {
  if (shape < 1) return gamma(shape + 1, random) * random() ** (1 / shape);
  const d = shape - 1 / 3;
  for (;;) {
    const normal = Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
    const v = (1 + normal / Math.sqrt(9 * d)) ** 3;
    if (v > 0 && Math.log(1 - random()) < normal ** 2 / 2 + d - d * v + d * Math.log(v)) {
      return d * v;
    }
  }
}
