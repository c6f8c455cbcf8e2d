import { accumulating } from '../../../server/stopping/rules/accumulate.ts';
import { cutOverlap } from '../rules/overlap.ts';
import type { PeerClient } from './client.ts';

/**
 * minuet. Source: milanglacier/minuet-ai.nvim 479487c: a debounce of 400 ms, 1000 ms between requests, no cap for
 * fill-in-the-middle, one request (its README's advice for a local engine), curl ended by the next one, no cache.
 * What overlaps with what follows is trimmed.
 */
export const minuetClient: PeerClient = {
  id: 'minuet',
  rule: accumulating({ id: 'peer-minuet', cap: 4096, judge: () => null, trim: cutOverlap }),
  cap: 4096,
  ends: 'by-itself',
  debounceMs: 400,
  throttleMs: 1000,
  cancels: true,
  caches: false,
};
