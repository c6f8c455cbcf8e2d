import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface BadEngine {
  readonly url: string;
  stop(): Promise<void>;
}

/** What a bad engine does with a request for tokens; all else it answers as a good one would. */
export type Misbehaviour = (response: ServerResponse, request: IncomingMessage) => void;

const MODEL = {
  name: 'qwen2.5-coder:0.5b',
  model: 'qwen2.5-coder:0.5b',
  size: 1,
  digest: '0'.repeat(64),
  details: { family: 'qwen2', quantization_level: 'Q4_K_M' },
};

/** Looks like an Ollama with one model until it is asked to generate. */
export async function badAtGenerating(misbehave: Misbehaviour): Promise<BadEngine> {
  return badEngine((response, request) => {
    request.resume();
    const answers: Readonly<Record<string, object>> = {
      '/api/version': { version: '0.32.15' },
      '/api/tags': { models: [MODEL] },
      '/api/ps': { models: [] },
      '/api/show': {
        details: MODEL.details,
        capabilities: ['completion', 'insert'],
        model_info: { 'general.architecture': 'qwen2', 'qwen2.context_length': 32_768 },
      },
    };
    const answer = answers[request.url ?? ''];
    if (!answer) {
      misbehave(response, request);
      return;
    }
    response.setHeader('content-type', 'application/json; charset=utf-8');
    response.end(JSON.stringify(answer));
  });
}

/** Misbehaves whatever it is asked. */
export async function badEngine(misbehave: Misbehaviour): Promise<BadEngine> {
  const server = createServer((request, response) => misbehave(response, request));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    stop: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** A line of a stream, as Ollama writes it. */
export function tokenLine(text: string): string {
  const entry = { token: text, logprob: -0.1 };
  return `${JSON.stringify({ response: text, done: false, logprobs: [entry] })}\n`;
}

export function startStream(response: ServerResponse): void {
  response.setHeader('content-type', 'application/x-ndjson');
}
