import { restOfLine } from '../../../server/stopping/reading/context-kind.ts';
import { infillSampler } from '../rules/infill-sampler.ts';
import type { PeerClient } from './client.ts';

const MAX_LINE_SUFFIX = 8;

/**
 * llama.vscode on llama.cpp. Source: ggml-org/llama.vscode 3938fb3, src/completion.ts and package.json: no debounce
 * (`debounce_ms` 0), one request at a time with a look every 150 ms, VS Code's cancellation never aborts one, 128
 * tokens, nothing where more than eight characters stand behind the cursor, answers kept. Its stop is the server's.
 * The requests that it sends ahead of an accept are left out, and with them their tokens and the time they save.
 */
export const llamaVscodeClient: PeerClient = {
  id: 'llama.vscode',
  rule: infillSampler,
  cap: 128,
  ends: 'in-engine',
  debounceMs: 0,
  pollMs: 150,
  cancels: false,
  caches: true,
  asksAt: ({ suffix }) => restOfLine(suffix).length <= MAX_LINE_SUFFIX,
};
