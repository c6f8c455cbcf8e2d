import { firstNewlineRule } from '../../../server/stopping/rules/first-newline.ts';
import { cutAtStrings } from '../../typing/engine.ts';
import { trimCody } from '../rules/cody.ts';
import type { PeerClient } from './client.ts';

/**
 * Cody with Ollama. Source: sourcegraph/cody dced3c1, vscode/src/completions: a debounce of 125 ms for a local
 * model, 250 ms between requests, a stop string `\n` from its Ollama provider for one line, a request closed by any
 * other prefix, answers kept. Taken in its favour: always one line, as its stop for several is `\n\n`; its cache
 * forgives no typing errors, which nobody makes here. Its hot streak is off where one line is asked for.
 */
export const codyClient: PeerClient = {
  id: 'Cody',
  rule: { ...firstNewlineRule, id: 'peer-cody-line', trim: trimCody },
  cap: 256,
  cutAt: cutAtStrings(['\n']),
  ends: 'in-engine',
  debounceMs: 125,
  throttleMs: 250,
  cancels: true,
  caches: true,
};
