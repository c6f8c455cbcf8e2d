/** Uniform in [0, 1). */
export type Random = () => number;

/**
 * A small reproducible generator: Mulberry32, a 32-bit counter through a mixing function (public domain,
 * Tommy Ettinger, 2017). For bootstraps, folds and simulations, never for secrets.
 */
export function seededRandom(seed: number): Random {
  let counter = seed >>> 0;
  return () => {
    counter = (counter + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(counter ^ (counter >>> 15), counter | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
