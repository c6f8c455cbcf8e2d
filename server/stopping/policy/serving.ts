/**
 * How probably the text is complete as it stands, if it is not hopeless anyway: the share of `pDone` in `pAlive`.
 * Two models give the two, so the share is held to 1.
 */
export function pComplete(pDone: number, pAlive: number): number {
  return pAlive <= 0 ? 0 : Math.min(1, pDone / pAlive);
}

/** What a policy's two models say of a text. */
export interface Learned {
  readonly pDone: number;
  readonly pAlive: number;
}

/** Whether a text is served as it stands, before its line has ended. */
export function isServed({ pDone, pAlive }: Learned, tauDone: number): boolean {
  return tauDone < 1 && pComplete(pDone, pAlive) >= tauDone;
}
