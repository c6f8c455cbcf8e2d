/**
 * P(X <= k) for X ~ Binomial(n, p): terms by their ratio, (n - i) / (i + 1) * p / (1 - p), summed in
 * logarithms so that a large n does not underflow.
 */
export function binomialCdf(k: number, n: number, p: number): number {
  if (k < 0) return 0;
  if (k >= n || p <= 0) return 1;
  if (p >= 1) return 0;
  const odds = Math.log(p) - Math.log1p(-p);
  let term = n * Math.log1p(-p);
  let sum = Math.exp(term);
  for (let i = 0; i < k; i += 1) {
    term += Math.log((n - i) / (i + 1)) + odds;
    sum += Math.exp(term);
  }
  return Math.min(1, sum);
}
