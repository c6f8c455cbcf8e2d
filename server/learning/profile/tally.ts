import { FURTHEST, logOdds } from './log-odds.ts';

/**
 * Labels by the log-odds that the shipped model gave, in bins: all that a recalibration is fitted from. Tallies of
 * several places add up.
 */
export interface Tally {
  /** Per bin: the weight of all labels. */
  readonly all: readonly number[];
  /** Per bin: the weight of those that came true. */
  readonly met: readonly number[];
}

/** Per unit of log-odds: a label moves by a quarter of a unit at most. */
const BINS_PER_UNIT = 2;
export const BINS = 2 * FURTHEST * BINS_PER_UNIT + 1;

export const NO_LABELS: Tally = {
  all: new Array<number>(BINS).fill(0),
  met: new Array<number>(BINS).fill(0),
};

/** A probability, whether what it was of came true, and how much that counts. */
export interface Label {
  /** As the shipped model gave it, in [0, 1]. */
  readonly p: number;
  readonly met: boolean;
  readonly weight: number;
}

/** Of a bin's middle. */
export function logOddsOf(bin: number): number {
  return bin / BINS_PER_UNIT - FURTHEST;
}

export function withLabels(tally: Tally, labels: readonly Label[]): Tally {
  const all = [...tally.all];
  const met = [...tally.met];
  for (const { p, met: cameTrue, weight } of labels) {
    const bin = Math.round((logOdds(p) + FURTHEST) * BINS_PER_UNIT);
    all[bin] = (all[bin] ?? 0) + weight;
    if (cameTrue) met[bin] = (met[bin] ?? 0) + weight;
  }
  return { all, met };
}

export function sumOf(tallies: readonly Tally[]): Tally {
  const sum = (weights: readonly (readonly number[])[]) =>
    NO_LABELS.all.map((_, bin) => weights.reduce((total, list) => total + (list[bin] ?? 0), 0));
  return { all: sum(tallies.map(({ all }) => all)), met: sum(tallies.map(({ met }) => met)) };
}

export function weightOf({ all }: Tally): number {
  return all.reduce((sum, weight) => sum + weight, 0);
}

/** The same labels, older ones included, at so much weight in all at most. */
export function heldTo(tally: Tally, most: number): Tally {
  const weight = weightOf(tally);
  if (weight <= most) return tally;
  const scaled = (weights: readonly number[]) => weights.map((x) => (x * most) / weight);
  return { all: scaled(tally.all), met: scaled(tally.met) };
}
