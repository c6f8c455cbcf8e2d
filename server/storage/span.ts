/** Times from `begins` on and before `ends`, milliseconds since the epoch. */
export interface Span {
  readonly begins: number;
  readonly ends: number;
}

/** From `since` on, whatever is yet to come; all times where it is null. */
export function spanSince(since: number | null): Span {
  return { begins: since ?? Number.MIN_SAFE_INTEGER, ends: Number.MAX_SAFE_INTEGER };
}
