import { ENOUGH } from '../../shared/figures.ts';
import type { Avoided, Estimate } from '../../shared/stats.ts';
import type { Amount, FollowedRequest, SavingsRows } from './rows.ts';
import { sampledTotal, type Sampled, type Stratum, type Total } from './sampled-total.ts';

type Unit = keyof Amount;

/** Of text behind a stop, up to its first line break: the mean of the laboratory (bench/data/tails.jsonl), for want of any tail. */
const LINE_TOKENS = 8;
/** Longer than 98 in 100 of these. */
const LONG_LINE_TOKENS = 64;

/**
 * What stopping avoided, net of what measuring it cost, against both baselines in tokens and in the engine's time.
 * Intervals at 95 %; n counts the requests whose streams were followed.
 */
export function avoidedBy(rows: SavingsRows): Avoided[] {
  return (['tokens', 'ms'] as const).flatMap((unit): Avoided[] => [
    { baseline: 'no early stopping', unit, net: againstNoStop(rows, unit) },
    { baseline: 'first newline', unit, net: againstFirstNewline(rows, unit) },
  ]);
}

/**
 * Of the time that the engine would have worked with the first-newline rule, the share that it did not. Less than 0
 * where it worked longer.
 * Nothing is said of fewer than {@link ENOUGH} requests: measuring costs most at the beginning.
 * @param engineMs that it worked, measuring included
 */
export function engineTimeSaved(rows: SavingsRows, engineMs: number): Estimate {
  const { value, low, high, ...net } = againstFirstNewline(rows, 'ms');
  const isEnough = requestsOf(rows) >= ENOUGH;
  const shareOf = (avoided: number | null) => {
    const otherwise = engineMs + (avoided ?? 0);
    const isKnown = isEnough && avoided !== null && engineMs > 0 && otherwise > 0;
    return isKnown ? avoided / otherwise : null;
  };
  return { value: shareOf(value), low: shareOf(low), high: shareOf(high), ...net };
}

/** Tokens, against the first-newline rule. Nothing is said of fewer than {@link ENOUGH} requests. */
export function tokensSaved(rows: SavingsRows): Estimate {
  const net = againstFirstNewline(rows, 'tokens');
  return requestsOf(rows) >= ENOUGH ? net : { ...net, value: null, low: null, high: null };
}

/** All tails: as foreseen, times what was seen of foreseen ones in control requests. */
function againstNoStop(rows: SavingsRows, unit: Unit): Estimate {
  const sample = rows.followed.filter(({ control, whole }) => control && whole);
  const units = sample.map(({ controlRate, foreseen, tail }): Sampled => ({
    rate: controlRate,
    foreseen: foreseen[unit],
    seen: tail[unit],
  }));
  const most = sumOf(rows.stopped, ({ foreseen }) => foreseen[unit]);
  const total = sampledTotal([{ foreseen: most, sample: units }], 1) ?? { value: most, low: 0 };
  return estimate(rows, unit, {
    counted: 0,
    seen: sumOf(units, ({ seen }) => seen),
    total: within(total, most),
    n: sample.length,
  });
}

/**
 * Known where a line break was seen. The rest by the mean way from the stop to it among those that were followed so far,
 * for each reason of stopping.
 */
function againstFirstNewline(rows: SavingsRows, unit: Unit): Estimate {
  const groups = rows.stopped.filter(({ beforeNewline }) => beforeNewline);
  const sample = rows.followed.filter(
    (request) => request.beforeNewline && toNewline(request) !== null,
  );
  const paceOf = (pace: number) => (unit === 'ms' ? pace : 1);
  const strata = groups.map((group): Stratum => ({
    foreseen: group.requests,
    sample: sample
      .filter(({ reason }) => reason === group.reason)
      .map((request) => ({
        rate: newlineSeenRate(request),
        foreseen: 1,
        seen: (toNewline(request) ?? 0) * paceOf(request.msPerToken),
      })),
  }));
  const requests = sumOf(groups, (group) => group.requests);
  const pace = paceOf(requests > 0 ? sumOf(groups, (group) => group.pace) / requests : 0);
  const most = sumOf(groups, ({ foreseen }) => foreseen[unit]);
  const assumed = { value: Math.min(most, requests * LINE_TOKENS * pace), low: 0 };
  return estimate(rows, unit, {
    counted: rows.seenNewline[unit],
    seen: sumOf(strata, (stratum) => sumOf(stratum.sample, ({ seen }) => seen)),
    total: within(sampledTotal(strata, LONG_LINE_TOKENS * pace) ?? assumed, most),
    n: sample.length,
  });
}

/** A stream that ended before a line break was as long as the first-newline rule's would have been. */
function toNewline({ toNewline: tokens, whole, tail }: FollowedRequest): number | null {
  return tokens ?? (whole ? tail.tokens : null);
}

/** How likely it was that a line break behind the stop is seen: as a control request, or by a draw of its own. */
function newlineSeenRate({ controlRate, newlineRate }: FollowedRequest): number {
  return controlRate + (1 - controlRate) * newlineRate;
}

/** Nothing is less than nothing; and no tail is longer than foreseen, unless that was seen. */
function within(
  { value, low, high = Infinity }: Partial<Total> & { value: number },
  most: number,
): Total {
  return {
    value,
    low: Math.max(0, low ?? 0),
    high: Math.max(value, Math.min(high, most)),
  };
}

interface Gross {
  /** Known of every request. */
  readonly counted: number;
  /** Seen of the sample. */
  readonly seen: number;
  /** Of all that is not counted, the sample included. */
  readonly total: Total;
  readonly n: number;
}

function estimate(rows: SavingsRows, unit: Unit, gross: Gross): Estimate {
  const { counted, seen, total, n } = gross;
  const requests = requestsOf(rows);
  if (requests === 0) return { value: null, low: null, high: null, n };
  const known = counted - rows.measuring[unit];
  const estimated = Math.max(0, total.value - seen);
  const all = estimated + seen + Math.abs(counted);
  return {
    value: known + total.value,
    low: known + total.low,
    high: known + total.high,
    n,
    modelled: all > 0 ? estimated / all : 0,
  };
}

function requestsOf({ seenNewline, stopped }: SavingsRows): number {
  return seenNewline.requests + sumOf(stopped, ({ requests }) => requests);
}

function sumOf<T>(items: readonly T[], of: (item: T) => number): number {
  return items.reduce((sum, item) => sum + of(item), 0);
}
