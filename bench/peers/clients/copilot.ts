import { copilotRule } from '../rules/copilot.ts';
import type { PeerClient } from './client.ts';

/**
 * Copilot's client as far as it is published. Source: microsoft/vscode-copilot-chat 31acd00,
 * src/extension/completions-core: a stream goes on as long as what is typed agrees with it, is closed else, and
 * answers are kept. Its debounce is set from afar and taken as none; what it streams on for its cache behind an
 * answer, and the request that it sends once an offer is shown, are left out, all in its favour.
 */
export const copilotClient: PeerClient = {
  id: "Copilot's client",
  rule: copilotRule,
  cap: 500,
  ends: 'at-close',
  debounceMs: 0,
  cancels: true,
  joins: true,
  caches: true,
};
