/** A case that a peer published with its source: a text at a place, and what it shows of it. */
export interface PublishedCase {
  readonly peer: string;
  readonly name: string;
  /** What our implementation of the peer makes of it. */
  readonly ours: string;
  readonly theirs: string;
  /** The peer's own test says that its result is not this one yet. */
  readonly mustDiffer: boolean;
}

export interface Verdict {
  readonly passed: boolean;
  /** Why ours differs; null where nobody has looked into it. */
  readonly reason: string | null;
}

const BY_TREE =
  'run with a syntax tree only, which tells where the block ends; ours goes by indentation, Cody’s way without a tree';

/** Differences that were looked into, by peer and the beginning of the case's name. */
const REASONS: readonly (readonly [peer: string, name: string, reason: string])[] = [
  ['peer-cody', 'stops when the next non-empty line of the suffix matches', BY_TREE],
  ['peer-cody', 'truncates multiline completions with inconsistent indentation', BY_TREE],
];

export function judgeCase(published: PublishedCase): Verdict {
  const { ours, theirs, mustDiffer, peer, name } = published;
  if ((ours === theirs) !== mustDiffer) return { passed: true, reason: null };
  const known = REASONS.find(([of, start]) => of === peer && name.startsWith(start));
  return { passed: false, reason: known?.[2] ?? null };
}
