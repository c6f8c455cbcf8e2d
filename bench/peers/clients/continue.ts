import type { Profile } from '../../typing/profiles.ts';
import { continueRule } from '../rules/continue.ts';
import type { PeerClient } from './client.ts';

/** Of a usual prompt, of which a part is held already. */
const PROMPT_TOKENS = 100;

const ruleFor = ({ msPerToken, requestMs, prefillTokensPerSecond }: Profile) =>
  continueRule({
    msPerToken,
    firstTokenMs: requestMs + (1000 * PROMPT_TOKENS) / prefillTokensPerSecond + msPerToken,
  });

/**
 * Continue. Source: continuedev/continue d0a3c0b, core/autocomplete: a debounce of 350 ms, a cache by the longest
 * prefix, a generator under way that a later key takes over where it agrees, else a new one. Taken in its favour: a
 * generator that no longer agrees is closed at once.
 */
export const continueClient: PeerClient = {
  id: 'Continue',
  rule: ruleFor,
  cap: 4096,
  ends: 'at-close',
  debounceMs: 350,
  cancels: true,
  joins: true,
  caches: true,
};
