import type { Amount, CostTotals, SavingsRows, StoppedGroup, WindowRows } from './rows.ts';

/** The rows of a window out of those of its parts, which have none in common. */
export function mergedRows(parts: readonly WindowRows[]): WindowRows {
  return {
    requests: summed(parts.map(({ requests }) => requests)),
    episodes: summed(parts.map(({ episodes }) => episodes)),
    outcomes: grouped(
      parts.flatMap(({ outcomes }) => outcomes),
      ({ outcome }) => outcome,
    ).map(([first, n]) => ({ ...first, n: total(n, (each) => each.n) })),
    savings: mergedSavings(parts.map(({ savings }) => savings)),
    costs: byCount(
      grouped(
        parts.flatMap(({ costs }) => costs),
        ({ meter, onGpu }) => `${meter} ${onGpu}`,
      ).map(([{ meter, onGpu }, all]) => ({ meter, onGpu, ...summedCosts(all) })),
      ({ meter }) => meter ?? '',
    ),
    firstTokenMs: parts.flatMap(({ firstTokenMs }) => firstTokenMs),
    answerMs: parts.flatMap(({ answerMs }) => answerMs),
    stopReasons: withMeans(
      parts.flatMap(({ stopReasons }) => stopReasons),
      ({ reason }) => reason,
    ),
    languages: withMeans(
      parts.flatMap(({ languages }) => languages),
      ({ languageId }) => languageId,
    ),
    models: byCount(
      grouped(
        parts.flatMap(({ models }) => models),
        ({ model, digest }) => `${model} ${digest}`,
      ).map(([first, all]) => ({ ...first, n: total(all, (each) => each.n) })),
      ({ model, digest }) => `${model} ${digest}`,
    ),
  };
}

function mergedSavings(parts: readonly SavingsRows[]): SavingsRows {
  return {
    seenNewline: summed(parts.map(({ seenNewline }) => seenNewline)),
    stopped: grouped(
      parts.flatMap(({ stopped }) => stopped),
      ({ reason, beforeNewline }) => `${reason} ${beforeNewline}`,
    ).map(([{ reason, beforeNewline }, all]) => ({ reason, beforeNewline, ...summedGroups(all) })),
    followed: parts.flatMap(({ followed }) => followed),
    measuring: summed(parts.map(({ measuring }) => measuring)),
  };
}

function summedGroups(all: readonly StoppedGroup[]) {
  return {
    requests: total(all, ({ requests }) => requests),
    foreseen: summed<Amount>(all.map(({ foreseen }) => foreseen)),
    pace: total(all, ({ pace }) => pace),
  };
}

/** What is added up of costs. */
const AMOUNTS = [
  ...(['n', 'engineMs', 'joules', 'counted', 'promptTokens'] as const),
  ...(['countedChars', 'promptChars'] as const),
];
type Amounts = Pick<CostTotals, (typeof AMOUNTS)[number]>;

function summedCosts(all: readonly CostTotals[]): Amounts {
  const sums = AMOUNTS.map((name) => [name, total(all, (each) => each[name])] as const);
  return Object.fromEntries(sums) as Record<keyof Amounts, number>;
}

/** Each figure of the first over all; empty where there is none. */
function summed<T extends Readonly<Record<keyof T, number>>>(all: readonly T[]): T {
  const [first] = all;
  const keys = Object.keys(first ?? {}) as (keyof T)[];
  return Object.fromEntries(keys.map((key) => [key, total(all, (each) => each[key])])) as T;
}

/** Groups with a mean over n each. */
function withMeans<T extends { readonly n: number; readonly meanTokens: number }>(
  all: readonly T[],
  nameOf: (each: T) => string,
): T[] {
  const means = grouped(all, nameOf).map(([first, group]) => {
    const n = total(group, (each) => each.n);
    const meanTokens = total(group, (each) => each.n * each.meanTokens) / n;
    return { ...first, n, meanTokens };
  });
  return byCount(means, nameOf);
}

/** The largest first, those of one size by name. */
function byCount<T extends { readonly n: number }>(
  all: readonly T[],
  nameOf: (each: T) => string,
): T[] {
  return all.toSorted((a, b) => b.n - a.n || (nameOf(a) < nameOf(b) ? -1 : 1));
}

/** Each group's first, and all of it. */
function grouped<T>(all: readonly T[], keyOf: (each: T) => string): [T, readonly T[]][] {
  return [...Map.groupBy(all, keyOf).values()].flatMap((group): [T, readonly T[]][] => {
    const [first] = group;
    return first === undefined ? [] : [[first, group]];
  });
}

function total<T>(all: readonly T[], of: (each: T) => number): number {
  return all.reduce((sum, each) => sum + of(each), 0);
}
