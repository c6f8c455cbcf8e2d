/** Log-odds beyond which probabilities are told apart no more: 0.25 % and 99.75 %. */
export const FURTHEST = 6;

/** Of a probability in [0, 1], held to what is told apart. */
export function logOdds(p: number): number {
  return Math.min(FURTHEST, Math.max(-FURTHEST, Math.log(p) - Math.log1p(-p)));
}

export function probability(logOdds: number): number {
  return 1 / (1 + Math.exp(-logOdds));
}
