import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { z } from 'zod';
import { ALTERNATIVES } from '../../server/stopping/trace.ts';
import { certain } from './tokens.ts';

const generateBody = z.object({
  logprobs: z.boolean().default(false),
  top_logprobs: z.number().default(0),
  options: z.object({
    num_predict: z.number().default(128),
    stop: z.array(z.string()).default([]),
  }),
});

/** What it writes until it is told: enough for a daemon to measure it. */
const FILLER = Array.from({ length: 32 }, (_, i) => ` word${i}`);
/** Nanoseconds, as an engine on a GPU reports them. */
const PREFILL_PER_TOKEN = 60_000;
const PROMPT_TOKENS = 300;

/** The HTTP API of Ollama over the tokens that it was given; it writes nothing else and at once. */
export class PerfectEngine {
  /** What it writes at the next requests. */
  tokens: readonly string[] = FILLER;
  readonly #server: Server;
  readonly #model: string;

  private constructor(server: Server, model: string) {
    this.#server = server;
    this.#model = model;
  }

  static async start(model: string): Promise<PerfectEngine> {
    const server = createServer();
    const engine = new PerfectEngine(server, model);
    server.on('request', (request, response) => void engine.#serve(request, response));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return engine;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let body = '';
    for await (const chunk of request.setEncoding('utf8')) body += String(chunk);
    const details = { format: 'gguf', family: 'qwen2', quantization_level: 'Q4_K_M' };
    const digest = '0'.repeat(64);
    const listed = { name: this.#model, model: this.#model, size: 1, digest, details };
    const answers: Readonly<Record<string, object>> = {
      '/api/version': { version: '0.32.15' },
      '/api/tags': { models: [listed] },
      '/api/ps': { models: [{ ...listed, size_vram: 1, context_length: 4096 }] },
      '/api/show': {
        details,
        capabilities: ['completion', 'insert'],
        model_info: { 'general.architecture': 'qwen2', 'qwen2.context_length': 32_768 },
      },
    };
    const answer = answers[request.url ?? ''];
    if (answer) {
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify(answer));
    } else this.#generate(JSON.parse(body), response);
  }

  #generate(body: unknown, response: ServerResponse): void {
    const { logprobs, top_logprobs: top, options } = generateBody.parse(body);
    response.setHeader('content-type', 'application/x-ndjson');
    const say = (line: object): void => {
      response.write(`${JSON.stringify({ model: this.#model, ...line })}\n`);
    };
    const cut = cutAtStop(this.tokens.slice(0, options.num_predict), options.stop);
    for (const text of cut) {
      const { logprob, alternatives } = certain(text, Math.min(top, ALTERNATIVES));
      const others = alternatives?.map((each) => ({ token: each.text, logprob: each.logprob }));
      const scored = [{ token: text, logprob, ...(others && { top_logprobs: others }) }];
      say({ response: text, done: false, ...(logprobs && { logprobs: scored }) });
    }
    say({
      response: '',
      done: true,
      done_reason: cut.length < options.num_predict ? 'stop' : 'length',
      prompt_eval_count: PROMPT_TOKENS,
      prompt_eval_duration: PROMPT_TOKENS * PREFILL_PER_TOKEN,
      eval_count: cut.length,
    });
    response.end();
  }
}

/** As Ollama does: the text ends before a stop string, and the token that holds it is cut. */
function cutAtStop(tokens: readonly string[], stops: readonly string[]): string[] {
  let text = '';
  const kept: string[] = [];
  for (const token of tokens) {
    text += token;
    const hits = stops.map((stop) => text.indexOf(stop)).filter((at) => at >= 0);
    if (hits.length > 0) {
      const over = text.length - Math.min(...hits);
      if (over < token.length) kept.push(token.slice(0, token.length - over));
      return kept;
    }
    kept.push(token);
  }
  return kept;
}
