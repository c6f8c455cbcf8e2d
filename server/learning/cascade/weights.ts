/** Weights of experts by their keys; they sum to 1. */
export type Weights = Readonly<Record<string, number>>;

export interface HedgeStep {
  /** Learning rate: sqrt(8 ln K / T) for K experts over T updates (Cesa-Bianchi & Lugosi 2006, 2.3). */
  readonly eta: number;
  /** What is shared evenly after each update, in [0, 1): an expert that was bad can come back. */
  readonly share: number;
}

/** As for 500 updates of three experts, and a change of the user every 200 of them. */
export const HEDGE: HedgeStep = { eta: Math.sqrt((8 * Math.log(3)) / 500), share: 1 / 200 };

/** Each expert's weight; those that are new have an even part. */
export function weightsOf(weights: Weights, keys: readonly string[]): Weights {
  const even = 1 / keys.length;
  return scaled(Object.fromEntries(keys.map((key) => [key, weights[key] ?? even])));
}

/**
 * Hedge with fixed share (Herbster & Warmuth 1998): w <- w exp(-eta loss), scaled to 1, then
 * (1 - share) w + share / K over the experts that have a loss. Others keep theirs.
 * @param losses in [0, 1]
 */
export function hedged(
  weights: Weights,
  losses: Readonly<Record<string, number>>,
  { eta, share }: HedgeStep = HEDGE,
): Weights {
  const keys = Object.keys(losses);
  const before = weightsOf(weights, keys);
  const after = scaled(
    Object.fromEntries(
      keys.map((key) => [key, (before[key] ?? 0) * Math.exp(-eta * (losses[key] ?? 0))]),
    ),
  );
  const shared = Object.entries(after).map(
    ([key, weight]) => [key, (1 - share) * weight + share / keys.length] as const,
  );
  return { ...weights, ...Object.fromEntries(shared) };
}

function scaled(weights: Weights): Weights {
  const sum = Object.values(weights).reduce((total, weight) => total + weight, 0);
  return Object.fromEntries(Object.entries(weights).map(([key, weight]) => [key, weight / sum]));
}
