/** Of traces on which both arms were replayed: those that only one of them serves right. */
export interface Pairs {
  readonly a: number;
  readonly b: number;
}

export const NO_PAIRS: Pairs = { a: 0, b: 0 };

/**
 * The e-value against "either arm is as likely to be the right one":
 * 2^(a+b) B(a + 1/2, b + 1/2) / B(1/2, 1/2). It is what betting on the next pair at the odds (k + 1/2) / (n + 1), k of n
 * so far, makes of a capital of 1 (Krichevsky & Trofimov, 1981), and so may be looked at after every pair.
 */
export function pairsEValue({ a, b }: Pairs): number {
  let log = 0;
  for (let i = 0; i < a + b; i += 1) log += Math.log(2 / (i + 1));
  for (const count of [a, b]) for (let i = 0; i < count; i += 1) log += Math.log(i + 0.5);
  return Math.exp(log);
}
