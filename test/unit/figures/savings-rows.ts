import type { FollowedRequest, SavingsRows, StoppedGroup } from '../../../server/figures/rows.ts';

/** Rows without a request, and what a test adds to them. */
export function savings(changes: Partial<SavingsRows> = {}): SavingsRows {
  return {
    seenNewline: { requests: 0, tokens: 0, ms: 0 },
    stopped: [],
    followed: [],
    measuring: { tokens: 0, ms: 0 },
    ...changes,
  };
}

/** 100 requests given up before a line break, at 20 ms a token, of which 40 tokens each are foreseen. */
export function givenUp(changes: Partial<StoppedGroup> = {}): StoppedGroup {
  return {
    reason: 'hopeless',
    beforeNewline: true,
    requests: 100,
    foreseen: { tokens: 4000, ms: 80_000 },
    pace: 2000,
    ...changes,
  };
}

/** A control request among them, whose tail was as long as foreseen and had its line break after 6 tokens. */
export function followed(changes: Partial<FollowedRequest> = {}): FollowedRequest {
  return {
    reason: 'hopeless',
    beforeNewline: true,
    control: true,
    controlRate: 0.02,
    newlineRate: 0.25,
    msPerToken: 20,
    foreseen: { tokens: 40, ms: 800 },
    tail: { tokens: 40, ms: 800 },
    toNewline: 6,
    whole: true,
    ...changes,
  };
}
