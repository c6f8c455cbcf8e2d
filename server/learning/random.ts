/** Uniform in [0, 1). */
export type Random = () => number;

/**
 * A small reproducible generator: Marsaglia's xorshift with shifts 13, 17, 5 (Xorshift RNGs, Journal
 * of Statistical Software 8(14), 2003). For bootstraps and simulations, never for secrets.
 */
export function seededRandom(seed: number): Random {
  let state = Math.imul((seed | 0) ^ 0x9e3779b9, 0x85ebca6b) || 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
}
