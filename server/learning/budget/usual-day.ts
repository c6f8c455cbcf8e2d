import { SLOTS_A_DAY, SLOTS_AN_HOUR } from './local-time.ts';

/** How many requests an hour of the day usually has. */
export interface UsualDay {
  /** That were learned from; days without a request are none. */
  readonly days: number;
  /** Requests from one full hour to the next, 24 of them, by the local clock. */
  readonly hours: readonly number[];
}

/** Assumed until a first day is over: an office day, and now and then a request at any hour. */
export const ASSUMED_DAY: UsualDay = {
  days: 0,
  hours: Array.from({ length: 24 }, (_, hour) => (hour >= 9 && hour < 18 ? 40 : 2)),
};

/** A day further back than so many weighs little. */
const MEMORY_DAYS = 7;
/** No hour is ever thought to be without any, so that none is without a share. */
const LEAST = 0.5;

/** The mean of the days so far, with the assumed one among them; from a week on an exponential average. */
export function learnDay(usual: UsualDay, hours: readonly number[]): UsualDay {
  const days = usual.days + 1;
  const weight = 1 / Math.min(days + 1, MEMORY_DAYS);
  return {
    days,
    hours: usual.hours.map((before, hour) =>
      Math.max(LEAST, before + weight * ((hours[hour] ?? 0) - before)),
    ),
  };
}

/** Requests that usually come between two times of a day, in slots since midnight. */
export function usualBetween({ hours }: UsualDay, from: number, to: number): number {
  let sum = 0;
  for (let hour = Math.floor(from / SLOTS_AN_HOUR); hour * SLOTS_AN_HOUR < to; hour += 1) {
    const begin = Math.max(from, hour * SLOTS_AN_HOUR);
    const end = Math.min(to, (hour + 1) * SLOTS_AN_HOUR);
    sum += ((hours[hour] ?? 0) * (end - begin)) / SLOTS_AN_HOUR;
  }
  return sum;
}

/** As sure of a usual day's pace as if so many requests of one had been counted before: days differ by half. */
const SURE = 4;

/**
 * Requests still to come until midnight: as many as usual from now on, times the pace of the day so far. The pace
 * is the posterior mean of a Poisson rate under a gamma prior with mean 1 (Gelman et al., Bayesian Data Analysis,
 * 3rd ed., 2.6).
 * @param now in slots since midnight
 * @param requests so far today
 */
export function requestsToCome(usual: UsualDay, now: number, requests: number): number {
  const pace = (SURE + requests) / (SURE + usualBetween(usual, 0, now));
  return pace * usualBetween(usual, now, SLOTS_A_DAY);
}
