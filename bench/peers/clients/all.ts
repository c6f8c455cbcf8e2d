import { peerClient } from './client.ts';
import { codyClient } from './cody.ts';
import { continueClient } from './continue.ts';
import { copilotClient } from './copilot.ts';
import { llamaCoderClient } from './llama-coder.ts';
import { llamaVscodeClient } from './llama-vscode.ts';
import { llmVscodeClient } from './llm-vscode.ts';
import { minuetClient } from './minuet.ts';
import { simpleClient } from './simple.ts';
import { tabbyClient } from './tabby.ts';
import { twinnyClient } from './twinny.ts';
import { zedClient } from './zed.ts';

/** Every peer whose client is played. */
export const PEER_CLIENTS = [
  simpleClient,
  llamaVscodeClient,
  continueClient,
  twinnyClient,
  tabbyClient,
  codyClient,
  copilotClient,
  llamaCoderClient,
  llmVscodeClient,
  minuetClient,
  zedClient,
].map(peerClient);
