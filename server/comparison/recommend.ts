import { formatCount } from '../../shared/figures.ts';
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

/** The fastest of those whose matches can't be told from the best one's (exact McNemar test, two-sided, at 5 %); none where none matches. */
export function recommended(readings: readonly Reading[]): Reading | null {
  const best = [...readings].sort((a, b) => emOf(b) - emOf(a) || a.ms - b.ms)[0];
  if (!best || emOf(best) === 0) return null;
  const alike = readings.filter((one) => mcNemar(best.matches, one.matches) > LEVEL);
  return alike.sort((a, b) => a.ms - b.ms)[0] ?? best;
}

/** Standard normal quantiles: 95 % two-sided, and 80 % one-sided. */
const Z = 1.959963984540054;
const Z_POWER = 0.8416212335729143;

/** How much the matches of two models differ on the same tasks, as a share of the tasks. */
export interface Difference {
  readonly value: number;
  /** Its interval at 95 %. */
  readonly low: number;
  readonly high: number;
  /** Tasks that would show such a difference in 80 % of tries; null where there is none to show. */
  readonly needed: number | null;
}

/**
 * Of the first model over the second. The interval adds half a task to each cell (Agresti and Min, Statistics in
 * Medicine 24, 2005); the number of tasks is McNemar's (Connor, Biometrics 43, 1987).
 */
export function differenceOf(one: readonly boolean[], other: readonly boolean[]): Difference {
  const { onlyOne, onlyOther } = discordant(one, other);
  const [n, tasks] = [one.length, one.length + 2];
  const [more, apart] = [onlyOne - onlyOther, onlyOne + onlyOther];
  const centre = more / tasks;
  const half = (Z / tasks) * Math.sqrt(apart + 1 - more ** 2 / tasks);
  const [value, share] = [more / n, apart / n];
  const needed =
    more === 0 ? null : ((Z * share ** 0.5 + Z_POWER * (share - value ** 2) ** 0.5) / value) ** 2;
  return {
    value,
    low: Math.max(-1, centre - half),
    high: Math.min(1, centre + half),
    needed: needed === null ? null : Math.ceil(needed),
  };
}

/** What is said of the recommended one. */
export function whyRecommended(pick: Reading, readings: readonly Reading[]): string {
  const rivals = readings.filter((one) => one !== pick);
  const [best] = rivals.sort((a, b) => emOf(b) - emOf(a) || a.ms - b.ms);
  if (!best) return 'it is the only one';
  if (mcNemar(best.matches, pick.matches) <= LEVEL) return 'it has the most matches';
  const { value, low, high, needed } = differenceOf(best.matches, pick.matches);
  const interval = `95 % interval ${signed(low)} to ${signed(high)} points`;
  const apart = `whether ${best.model} matches more or less often can’t be told from ${pick.matches.length} places (${signed(value)} points, ${interval})`;
  const more =
    needed === null
      ? 'more places would show it, if there is a difference'
      : `if they differ by so much, about ${formatCount(needed)} places would show it`;
  return `it is the fastest, and ${apart}; ${more}`;
}

function signed(share: number): string {
  const points = (100 * share).toFixed(0);
  return share > 0 && points !== '0' ? `+${points}` : points.replace(/^-0$/, '0');
}

/**
 * The p-value of the exact McNemar test: the tasks that only one of two gets, a fair coin under the hypothesis that
 * they are alike (McNemar 1947, Psychometrika 12).
 */
export function mcNemar(one: readonly boolean[], other: readonly boolean[]): number {
  const { onlyOne, onlyOther } = discordant(one, other);
  const fewer = Math.min(onlyOne, onlyOther);
  return Math.min(1, 2 * exactPValue(fewer, onlyOne + onlyOther, 0.5));
}

/** Tasks that only one of the two gets. */
function discordant(one: readonly boolean[], other: readonly boolean[]) {
  const only = (a: readonly boolean[], b: readonly boolean[]) =>
    a.filter((matched, i) => matched && b[i] !== true).length;
  return { onlyOne: only(one, other), onlyOther: only(other, one) };
}
