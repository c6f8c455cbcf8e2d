/** Milliseconds after which a request counts as stalled. */
export interface Patience {
  /** Until the answer's first bytes; a cold model loads first. */
  readonly first: number;
  /** Between two lines of it. */
  readonly between: number;
  /** From its first bytes to its last ones; unlimited where it is not given. */
  readonly whole?: number;
}
