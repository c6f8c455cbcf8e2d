import { accumulating } from '../../../server/stopping/rules/accumulate.ts';
import type { PeerClient } from './client.ts';

const CAP = 64;

/**
 * Zed with an engine of one's own. Source: zed-industries/zed, edit_prediction/src/fim.rs: 300 ms between requests,
 * answers that are not streamed, 64 tokens, two requests under way at most, of which none is cancelled; the current
 * prediction stays for who types along with it. The text is shown as it comes, without the model's markers.
 */
export const zedClient: PeerClient = {
  id: 'Zed',
  rule: accumulating({ id: 'peer-zed', cap: CAP, judge: () => null }),
  cap: CAP,
  ends: 'by-itself',
  debounceMs: 0,
  throttleMs: 300,
  cancels: false,
  caches: true,
};
