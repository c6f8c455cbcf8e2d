import { exactPValue } from '../learning/certify/certify.ts';

/** Means of one model over the same tasks as every other. */
export interface Reading {
  readonly model: string;
  /** Of each task, in the same order for every model. */
  readonly matches: readonly boolean[];
  /** Median, milliseconds. */
  readonly ms: number;
  /** Per request. */
  readonly joules: number;
}

export function emOf({ matches }: Reading): number {
  return matches.filter((matched) => matched).length / matches.length;
}

/** Models that no other one is as good as in matches, time and energy, and better in one of them. */
export function paretoBest(readings: readonly Reading[]): Reading[] {
  return readings.filter((one) => !readings.some((other) => dominates(other, one)));
}

function dominates(other: Reading, one: Reading): boolean {
  const better = [emOf(other) - emOf(one), one.ms - other.ms, one.joules - other.joules];
  return better.every((by) => by >= 0) && better.some((by) => by > 0);
}

/** At this level models are told apart. */
const LEVEL = 0.05;

/** The fastest of those whose matches can't be told from the best one's (exact McNemar test, two-sided, at 5 %). */
export function recommended(readings: readonly Reading[]): Reading | null {
  const best = [...readings].sort((a, b) => emOf(b) - emOf(a) || a.ms - b.ms)[0];
  if (!best) return null;
  const alike = readings.filter((one) => mcNemar(best.matches, one.matches) > LEVEL);
  return alike.sort((a, b) => a.ms - b.ms)[0] ?? best;
}

/**
 * The p-value of the exact McNemar test: the tasks that only one of two gets, a fair coin under the hypothesis that
 * they are alike (McNemar 1947, Psychometrika 12).
 */
export function mcNemar(one: readonly boolean[], other: readonly boolean[]): number {
  let onlyOne = 0;
  let onlyOther = 0;
  one.forEach((matched, i) => {
    if (matched === other[i]) return;
    if (matched) onlyOne += 1;
    else onlyOther += 1;
  });
  const fewer = Math.min(onlyOne, onlyOther);
  return Math.min(1, 2 * exactPValue(fewer, onlyOne + onlyOther, 0.5));
}
