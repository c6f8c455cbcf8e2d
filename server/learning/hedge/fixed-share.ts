export interface FixedShare {
  /** Learning rate, for losses in [0, 1]. */
  readonly eta: number;
  /** What of all weight goes back to the prior after each update, in [0, 1): who was bad can come back. */
  readonly share: number;
  /** Sums to 1. */
  readonly prior: readonly number[];
}

/**
 * Hedge with fixed share (Herbster & Warmuth, "Tracking the best expert", 1998), shared towards a prior (Bousquet &
 * Warmuth, 2002): w <- w exp(-eta loss), scaled to 1, then (1 - share) w + share prior. An expert whose loss is not
 * known sleeps (Freund, Schapire, Singer & Warmuth, 1997): those that are awake share among them what they had
 * together before.
 * @param weights sum to 1
 * @param losses in [0, 1]; null for who sleeps
 * @param worth of the label, in [0, 1]: 1 counts in full
 */
export function fixedShare(
  weights: readonly number[],
  losses: readonly (number | null)[],
  worth: number,
  { eta, share, prior }: FixedShare,
): readonly number[] {
  const awake = (i: number) => typeof losses[i] === 'number';
  const total = sum(weights.filter((_, i) => awake(i)));
  const grown = weights.map((weight, i) => weight * Math.exp(-eta * worth * (losses[i] ?? 0)));
  const scale = total / sum(grown.filter((_, i) => awake(i)));
  return weights.map((before, i) => {
    const after = awake(i) ? (grown[i] ?? 0) * scale : before;
    return after + worth * share * ((prior[i] ?? 0) - after);
  });
}

export function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
