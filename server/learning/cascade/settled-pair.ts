import type { RequestCode, RequestRecord } from '../../outcomes/records.ts';
import { isExactMatch } from '../../stopping/match.ts';
import type { PairEvidence, RivalAnswer } from '../learner.ts';

/** A request that reached its stop, and what it saw. */
export interface Answered {
  readonly request: RequestRecord;
  readonly code: RequestCode;
}

/** Two models' answers to one request, judged, and the rows that say so. */
export interface SettledPair {
  readonly evidence: PairEvidence;
  readonly matches: readonly { readonly requestId: string; readonly matched: boolean }[];
}

/**
 * The first request of a stretch and the larger model's answer to it, told by what was kept at its place.
 * @returns null where one of them has no answer, or the user typed something else than the list entry that was asked
 * for
 */
export function settledPair(answered: readonly Answered[], kept: string): SettledPair | null {
  const small = answered.find(({ request }) => request.first);
  const large = answered.find(({ request }) => request.escalatedFrom === small?.request.id);
  if (!small || !large || !kept.startsWith(small.code.ahead)) return null;
  const gold = kept.slice(small.code.ahead.length);
  const matched = ({ code: { served } }: Answered) => served !== null && isExactMatch(served, gold);
  const rival = (one: Answered, sinceMs: number): RivalAnswer => ({
    expert: {
      model: one.request.model,
      digest: one.request.modelDigest,
      preset: one.request.preset,
    },
    pAlive: one.code.pAlive,
    matched: matched(one),
    ms: Math.max(0, (one.request.stopMs ?? 0) - sinceMs),
  });
  if (small.code.served === null || large.code.served === null) return null;
  return {
    evidence: {
      kind: 'pair',
      small: rival(small, 0),
      large: rival(large, small.request.stopMs ?? 0),
    },
    matches: [small, large].map((one) => ({ requestId: one.request.id, matched: matched(one) })),
  };
}
