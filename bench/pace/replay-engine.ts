import { appendFileSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import type { TraceToken } from '../../server/stopping/trace.ts';
import type { RecordedTrace } from '../traces.ts';
import { GPU_PACE, type Pace } from './pace.ts';

/** What is read of a request to `/api/generate`. */
const askedSchema = z.object({
  prompt: z.string().default(''),
  stream: z.boolean().default(true),
  logprobs: z.boolean().default(false),
  top_logprobs: z.number().default(0),
  options: z
    .object({ num_predict: z.number().default(128), stop: z.array(z.string()).default([]) })
    .default({ num_predict: 128, stop: [] }),
});
type Asked = z.infer<typeof askedSchema>;

const FIM = /^<\|fim_prefix\|>(.*)<\|fim_suffix\|>(.*)<\|fim_middle\|>$/s;
/** Of code, for prompts that were not recorded. */
const CHARS_PER_TOKEN = 3.2;
const CONTEXT = 4096;

/** The tokens of an answer, each as it is sent: a stop string and what follows it are cut off. */
interface Answer {
  readonly lines: readonly TraceToken[];
  /** Generated, with the end token and those of which nothing is sent. */
  readonly generated: number;
  readonly reason: 'stop' | 'length';
}

/**
 * Ollama's protocol over recorded traces at a given pace, with one slot. A prompt that holds a recorded
 * task is answered by its trace, any other one by filler. It writes the log lines by which the runner of a real
 * one tells what each request generated, also behind a client that went away.
 */
export class ReplayEngine {
  readonly #server: Server;
  readonly #traces: readonly RecordedTrace[];
  readonly #log: string;
  readonly #pace: Pace;
  readonly #model: string;
  #slot: Promise<unknown> = Promise.resolve();
  #held = '';
  #task = 0;

  private constructor(
    server: Server,
    traces: readonly RecordedTrace[],
    log: string,
    model: string,
    pace: Pace,
  ) {
    this.#server = server;
    this.#traces = traces;
    this.#log = log;
    this.#model = model;
    this.#pace = pace;
  }

  /** @param log the file to write; emptied */
  static async start(
    traces: readonly RecordedTrace[],
    log: string,
    model: string,
    pace: Pace = GPU_PACE,
  ): Promise<ReplayEngine> {
    writeFileSync(log, '');
    const server = createServer();
    const engine = new ReplayEngine(server, traces, log, model, pace);
    server.on('request', (message, response) => void engine.#serve(message, response));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return engine;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Resolves once the slot is free. */
  async idle(): Promise<void> {
    await this.#slot;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
    // What runs on behind a client that went away still writes its line.
    await this.#slot.catch(() => undefined);
  }

  async #serve(message: IncomingMessage, response: ServerResponse): Promise<void> {
    let text = '';
    for await (const chunk of message.setEncoding('utf8')) text += String(chunk);
    const listing = { name: this.#model, model: this.#model, size: 1, digest: 'f'.repeat(64) };
    const details = { format: 'gguf', family: 'qwen2', quantization_level: 'Q4_K_M' };
    const loaded = { ...listing, details, size_vram: 1, context_length: CONTEXT };
    const known: Readonly<Record<string, object>> = {
      '/api/version': { version: '0.32.15' },
      '/api/tags': { models: [{ ...listing, details }] },
      '/api/ps': { models: [loaded] },
      '/api/show': {
        details,
        capabilities: ['completion', 'insert'],
        model_info: { 'general.architecture': 'qwen2', 'qwen2.context_length': CONTEXT },
      },
    };
    const answer = known[message.url ?? ''];
    if (answer) {
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify(answer));
      return;
    }
    const before = this.#slot;
    const asked = askedSchema.parse(JSON.parse(text));
    const turn = before.then(() => this.#generate(asked, response, clientOf(response)));
    this.#slot = turn.catch(() => undefined);
    await turn;
  }

  async #generate(asked: Asked, response: ServerResponse, client: Client): Promise<void> {
    if (hasLeft(client)) return;
    const { msPerToken, prefillTokensPerSecond, closeMs } = this.#pace;
    const answer = answerTo(asked, this.#traces);
    const [prompt, cached] = [tokensIn(asked.prompt), this.#cached(asked.prompt)];
    response.setHeader('content-type', asked.stream ? 'application/x-ndjson' : 'application/json');

    const from = performance.now() + ((prompt - cached) / prefillTokensPerSecond) * 1000;
    for (const [index, token] of answer.lines.entries()) {
      await untilTime(from + (index + 1) * msPerToken, client);
      if (hasLeft(client)) break;
      if (asked.stream) response.write(lineOf(asked, token));
    }
    const end = from + answer.generated * msPerToken;
    await untilTime(end, client);
    const freed = Math.min(end, client.leftAt + closeMs);
    // The last line follows a last token at once, as a real engine's does.
    if (freed > performance.now()) await sleep(freed - performance.now());
    const made = freed < end ? Math.floor((freed - from) / msPerToken) : answer.generated;
    this.#released(prompt, cached, Math.max(0, made));
    this.#held = asked.prompt;
    const last = {
      ...{ response: '', done: true, done_reason: answer.reason },
      ...{ prompt_eval_count: prompt, eval_count: answer.generated },
    };
    response.end(`${JSON.stringify(last)}\n`);
  }

  /** Prompt tokens that the slot holds already. */
  #cached(prompt: string): number {
    let at = 0;
    while (at < prompt.length && prompt.charAt(at) === this.#held.charAt(at)) at += 1;
    return Math.min(tokensIn(prompt) - 1, Math.floor(at / CHARS_PER_TOKEN));
  }

  #released(prompt: number, cached: number, generated: number): void {
    const task = `slot | task ${++this.#task} |`;
    appendFileSync(
      this.#log,
      [
        `${task} new prompt, task.n_tokens = ${prompt}`,
        `${task} cached n_tokens = ${cached}`,
        `${task} stop processing: n_tokens = ${prompt + generated - 1}\n`,
      ].join('\n'),
    );
  }
}

function tokensIn(prompt: string): number {
  return Math.max(1, Math.round(prompt.length / CHARS_PER_TOKEN));
}

/** Who reads the answer. */
interface Client {
  /** Infinity as long as it is there. */
  leftAt: number;
  readonly left: Promise<undefined>;
}

function clientOf(response: ServerResponse): Client {
  const left = Promise.withResolvers<undefined>();
  const client = { leftAt: response.destroyed ? 0 : Infinity, left: left.promise };
  response.once('close', () => {
    client.leftAt = performance.now();
    left.resolve(undefined);
  });
  return client;
}

function hasLeft({ leftAt }: Client): boolean {
  return leftAt < Infinity;
}

/** Timers are late by up to a millisecond; the times are absolute, so that it does not add up. */
async function untilTime(at: number, { left }: Client): Promise<void> {
  const wait = at - performance.now();
  if (wait > 0) await Promise.race([sleep(wait), left]);
}

/** The task may be cut to a window of its text. */
function traceOf(prompt: string, traces: readonly RecordedTrace[]): RecordedTrace | undefined {
  const [, before = '', after = ''] = FIM.exec(prompt) ?? [];
  if (before === '' && after === '') return undefined;
  return traces.find((trace) => trace.prompt.endsWith(before) && trace.suffix.startsWith(after));
}

/** Lines of eight words. */
const FILLER = Array.from({ length: 128 }, (_, n): TraceToken => ({
  text: n % 8 === 7 ? ';\n' : ` word${n % 8}`,
  logprob: -0.1,
}));

function answerTo({ prompt, options }: Asked, traces: readonly RecordedTrace[]): Answer {
  const trace = traceOf(prompt, traces);
  const all = trace?.tokens ?? FILLER;
  const lines: TraceToken[] = [];
  let text = '';
  for (const token of all.slice(0, options.num_predict)) {
    text += token.text;
    const at = Math.min(...options.stop.map((stop) => text.indexOf(stop)).filter((at) => at >= 0));
    if (at < Infinity) {
      const kept = token.text.slice(0, Math.max(0, token.text.length - (text.length - at)));
      const cut = kept === '' ? lines : [...lines, { ...token, text: kept }];
      return { lines: cut, generated: lines.length + 1, reason: 'stop' };
    }
    lines.push(token);
  }
  const ended = lines.length < options.num_predict && trace?.end === 'natural-end';
  return { lines, generated: lines.length + (ended ? 1 : 0), reason: ended ? 'stop' : 'length' };
}

function lineOf({ logprobs, top_logprobs: top }: Asked, token: TraceToken): string {
  const alternatives = token.alternatives?.slice(0, top);
  const probability = {
    token: token.text,
    logprob: token.logprob ?? 0,
    ...(top > 0 && {
      top_logprobs: alternatives?.map(({ text, logprob }) => ({ token: text, logprob })) ?? [],
    }),
  };
  const line = { response: token.text, done: false, ...(logprobs && { logprobs: [probability] }) };
  return `${JSON.stringify(line)}\n`;
}
