import { predicted, ridge, type Linear } from '../fit/ridge.ts';

/** One decision of a stretch that was typed for the fit, whether it asked or not. */
export interface Moment {
  readonly features: readonly number[];
  readonly asked: boolean;
  /** Characters saved until the next decision, or until the stretch ended. */
  readonly gain: number;
  /** Null: the stretch ended before another. */
  readonly next: readonly number[] | null;
}

/** Rows for which a weight is halved, or so. */
const PENALTY = 20;

/** What a request saves until the next decision, by expectation: the moments that asked. */
export function gainOfAsking(moments: readonly Moment[]): Linear {
  const asked = moments.filter((moment) => moment.asked);
  return ridge(
    asked.map(({ features, gain }) => ({ features, target: gain })),
    PENALTY,
  );
}

/**
 * Fitted Q-iteration (Ernst, Geurts & Wehenkel, JMLR 6, 2005) over the two actions of a key: the value of an
 * action is what it saves now, less the price of a request, and the value of the better action at the next
 * decision. Undiscounted, since a stretch ends.
 * @param price of a request, in characters
 * @returns how much more asking is worth than waiting, in characters
 */
export function fittedQ(moments: readonly Moment[], price: number, iterations: number): Linear {
  const [asked, waited] = [true, false].map((which) => moments.filter((m) => m.asked === which));
  let ask: Linear = { intercept: 0, weights: [] };
  let wait: Linear = ask;
  const value = (features: readonly number[] | null) =>
    features === null ? 0 : Math.max(predicted(ask, features), predicted(wait, features));
  const fit = (own: readonly Moment[] | undefined, cost: number) =>
    ridge(
      (own ?? []).map(({ features, gain, next }) => ({
        features,
        target: gain - cost + value(next),
      })),
      PENALTY,
    );
  for (let iteration = 0; iteration < iterations; iteration += 1) {
    [ask, wait] = [fit(asked, price), fit(waited, 0)];
  }
  return {
    intercept: ask.intercept - wait.intercept,
    weights: ask.weights.map((weight, at) => weight - (wait.weights[at] ?? 0)),
  };
}
