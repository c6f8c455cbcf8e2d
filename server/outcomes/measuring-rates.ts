import type { FollowedTails, MeasuringCosts } from './records.ts';

/** Tokens that measuring what is saved may cost for each request that reaches the engine. */
export const MEASURING_TOKENS = 0.6;

/** Of these, for control requests; the rest is for tails up to the first line break. */
const CONTROL_TOKENS = 0.24;
const NEWLINE_TOKENS = 0.33;

/** The highest rate at which a stop before the first line break is followed to it. */
export const MAX_NEWLINE_RATE = 0.25;

export interface MeasuringRates {
  readonly control: number;
  readonly newline: number;
}

/**
 * What is assumed before anything was measured, as if so many requests had been seen: tails as long as a model of
 * 0.5 billion parameters writes them for somebody who types (bench/sim/savings.ts).
 */
const ASSUMED: MeasuringCosts = {
  requests: 60,
  beforeNewline: 20,
  control: { requests: 3, tokens: 300 },
  toNewline: { requests: 5, tokens: 40 },
  withheldTokens: 0,
};

/**
 * The rates at which both kinds of tails are expected to cost what they may, by the mean cost of those before; never
 * above the user's own. What withheld requests cost is left out of it, but no more than three quarters. A rate of 0 measures nothing, and 1 everything, whatever it costs.
 */
export function ratesFor(controlRate: number, seen: MeasuringCosts): MeasuringRates {
  if (controlRate <= 0) return { control: 0, newline: 0 };
  if (controlRate >= 1) return { control: 1, newline: 1 };
  const controlTail = meanTokens(seen.control, ASSUMED.control);
  const newlineTail = meanTokens(seen.toNewline, ASSUMED.toNewline);
  const beforeNewline =
    (seen.beforeNewline + ASSUMED.beforeNewline) / (seen.requests + ASSUMED.requests);
  const withheld = seen.withheldTokens / (seen.requests + ASSUMED.requests);
  const left = Math.max(0.25, 1 - withheld / MEASURING_TOKENS);
  return {
    control: Math.min(controlRate, (left * CONTROL_TOKENS) / controlTail),
    newline: Math.min(MAX_NEWLINE_RATE, (left * NEWLINE_TOKENS) / (beforeNewline * newlineTail)),
  };
}

function meanTokens(seen: FollowedTails, assumed: FollowedTails): number {
  return Math.max(1, (seen.tokens + assumed.tokens) / (seen.requests + assumed.requests));
}
