/**
 * Seeded uniform numbers in [0, 1): Mulberry32, a 32-bit counter through a mixing function
 * (public domain, Tommy Ettinger, 2017). Good enough for resampling, nothing else.
 */
export function seededRandom(seed: number): () => number {
  let counter = seed >>> 0;
  return () => {
    counter = (counter + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(counter ^ (counter >>> 15), counter | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}
