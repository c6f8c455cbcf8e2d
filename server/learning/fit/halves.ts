import { foldsOf } from './folds.ts';
import { cheapestWith, frontierOf, pointOf, type ScoredTrace } from './frontier.ts';

/** Means over splits; EM as shares. */
export interface HalvesResult {
  /** Two per halving, one each way, where a point was found; the figures are means over them. */
  readonly readings: number;
  readonly tokens: number;
  readonly em: number;
  /** The best peer's, on the same halves. */
  readonly peerTokens: number;
  readonly peerEm: number;
}

/** The best fair peer, whose outcomes every feature file keeps. */
export const PEER = 'peer-first-newline';

/**
 * What a point is worth where its thresholds were not chosen: chosen on one half of the problems, as the
 * cheapest with as many matches as `goal` asks of that half, and read on the other, for many halvings.
 */
export function readOnOtherHalf(
  scored: readonly ScoredTrace[],
  goal: (half: readonly ScoredTrace[]) => number,
  splits: number,
): HalvesResult {
  const sum = { readings: 0, tokens: 0, em: 0, peerTokens: 0, peerEm: 0 };
  for (let seed = 1; seed <= splits; seed += 1) {
    const half = foldsOf(
      scored.map(({ trace }) => trace.problem),
      2,
      seed,
    );
    for (const first of [0, 1]) {
      const chosen = scored.filter((_, i) => half[i] === first);
      const read = scored.filter((_, i) => half[i] !== first);
      const point = cheapestWith(frontierOf(chosen), goal(chosen));
      if (!point) continue;
      const there = pointOf(read, point);
      const peer = read.map(({ trace }) => trace.baselines[PEER]);
      sum.readings += 1;
      sum.tokens += there.tokens;
      sum.em += there.matches / read.length;
      sum.peerTokens += peer.reduce((all, one) => all + (one?.tokens ?? 0), 0) / read.length;
      sum.peerEm += peer.filter((one) => one?.matched).length / read.length;
    }
  }
  const mean = (value: number) => value / sum.readings;
  return {
    readings: sum.readings,
    tokens: mean(sum.tokens),
    em: mean(sum.em),
    peerTokens: mean(sum.peerTokens),
    peerEm: mean(sum.peerEm),
  };
}

/** As many matches as the best peer has. */
export const asManyAsPeer = (half: readonly ScoredTrace[]): number =>
  half.filter(({ trace }) => trace.baselines[PEER]?.matched).length;

/** A share of the patient rule's matches. */
export const shareOfPatient =
  (share: number) =>
  (half: readonly ScoredTrace[]): number =>
    Math.ceil(share * half.filter(({ trace }) => trace.matched).length);
