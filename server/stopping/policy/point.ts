/** Where a rule stops: what every preset, path, experiment and user's setting comes down to. */
export interface OperatingPoint {
  /**
   * A text is served as it stands, before its line or its block has ended, from this probability on that it
   * is complete: the learned rule's `pComplete`, the simple rule's `pDone`. In [0, 1].
   */
  readonly tauDone: number;
  /** The request is given up at this `pAlive`. In [0, 1]; 0 gives nothing up. */
  readonly tauAlive: number;
  /** What is less probably a match is not offered. In [0, 1]; 0 offers everything. */
  readonly showBar: number;
  /** What a token costs, in matches; 0 asks nothing of it. */
  readonly lambda: number;
}

/** A point as files and searches name it. */
export type PartialPoint = Pick<OperatingPoint, 'tauDone' | 'tauAlive'> & Partial<OperatingPoint>;

/** Without a show bar and without a price of tokens where none is named. */
export function pointOf({
  tauDone,
  tauAlive,
  showBar = 0,
  lambda = 0,
}: PartialPoint): OperatingPoint {
  return { tauDone, tauAlive, showBar, lambda };
}

/** Gives nothing up, and serves nothing before its line or block ends. */
export const PATIENT: OperatingPoint = pointOf({ tauDone: 1, tauAlive: 0 });
