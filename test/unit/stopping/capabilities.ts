import type { Capabilities } from '../../../server/engines/engine.ts';

/** Of an engine that gives log-probabilities, with a model that no weights are for. */
export const CAPABILITIES: Capabilities = {
  engine: 'ollama',
  version: '0',
  model: {
    name: 'some-model:1b',
    digest: `sha256:${'a'.repeat(64)}`,
    bytes: 1,
    family: '',
    quantisation: '',
    insert: true,
    chat: false,
    contextLength: 2048,
  },
  logprobs: true,
  gpuShare: null,
  msPerToken: null,
  msPerTokenWithAlternatives: null,
  prefillTokensPerSecond: null,
  contextLength: 2048,
};
