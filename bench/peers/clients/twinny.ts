import { restOfLine } from '../../../server/stopping/reading/context-kind.ts';
import { twinnyRule } from '../rules/twinny.ts';
import type { PeerClient } from './client.ts';

/**
 * Twinny. Source: twinnydotdev/twinny 193d14c, src/extension/providers/completion.ts: a debounce of 300 ms, nothing
 * in the middle of a word, 512 tokens, a request closed by the next key; its cache is off by default.
 */
export const twinnyClient: PeerClient = {
  id: 'Twinny',
  rule: twinnyRule,
  cap: 512,
  ends: 'at-close',
  debounceMs: 300,
  cancels: true,
  caches: false,
  asksAt: ({ prefix, suffix }) => !(/\w$/.test(prefix) && /^\w/.test(restOfLine(suffix))),
};
