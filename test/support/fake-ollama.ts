import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { buildFim, familyOf } from '../../server/completion/families.ts';
import { readTraces, type EngineTrace } from './engine-traces.ts';

export interface FakeModel {
  readonly name: string;
  readonly capabilities?: readonly string[];
  readonly contextLength?: number;
  readonly remoteHost?: string;
  /** 64 hex digits. */
  readonly digest?: string;
}

export interface FakeOptions {
  readonly version?: string;
  readonly models?: readonly FakeModel[];
  /** Names that `pull` finds. */
  readonly pullable?: readonly string[];
  readonly traces?: readonly EngineTrace[];
  /** A free one by default. */
  readonly port?: number;
  /** Milliseconds before the first token, and before each further one. */
  readonly firstTokenMs?: number;
  readonly tokenMs?: number;
  /** Chooses the answer; by default the trace of the same prompt, else any, the same each time. */
  readonly answer?: (request: FakeRequest) => EngineTrace | undefined;
  /** What a question is answered by; by default an answer of its own, and once there was one that one again. */
  readonly chatPieces?: readonly string[];
  /** Misbehaves in the place of the fake; true where it took the request. */
  readonly instead?: (request: FakeRequest, response: ServerResponse) => boolean;
}

/** One request as the fake saw it. */
export interface FakeRequest {
  readonly path: string;
  readonly body: Readonly<Record<string, unknown>>;
  readonly authorization: string | undefined;
  /** Tokens sent before the end, or before the client closed the connection. */
  sent: number;
  /** The client closed the connection before the answer was complete. */
  aborted: boolean;
  finished: boolean;
}

export const FAKE_MODEL = 'qwen2.5-coder:0.5b';

/** The Ollama HTTP API over recorded traces, with one slot, as `OLLAMA_NUM_PARALLEL=1` gives. */
export class FakeOllama {
  readonly requests: FakeRequest[] = [];
  /** How often a model was loaded: at its first use, and whenever `num_ctx` changes. */
  loads = 0;
  /** Names of models that a client had unloaded. */
  readonly unloaded: string[] = [];
  readonly #server: Server;
  readonly #options: FakeOptions;
  readonly #models: FakeModel[];
  readonly #traces: readonly EngineTrace[];
  readonly #loaded = new Map<string, number>();
  #slot: Promise<void> = Promise.resolve();

  private constructor(server: Server, options: FakeOptions) {
    this.#server = server;
    this.#options = options;
    this.#models = [...(options.models ?? [{ name: FAKE_MODEL }])];
    this.#traces = options.traces ?? readTraces();
  }

  static async start(options: FakeOptions = {}): Promise<FakeOllama> {
    const server = createServer();
    const fake = new FakeOllama(server, options);
    server.on('request', (request, response) => void fake.#serve(request, response));
    await new Promise<void>((resolve) => server.listen(options.port ?? 0, '127.0.0.1', resolve));
    return fake;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** As `ollama create` under the same name does. */
  recreate(model: FakeModel): void {
    const index = this.#models.findIndex(({ name }) => name === model.name);
    this.#models.splice(index, 1, model);
  }

  /** Of `/api/generate` and `/api/chat`. */
  get generations(): FakeRequest[] {
    return this.requests.filter(({ path }) => ['/api/generate', '/api/chat'].includes(path));
  }

  /** As if another client had loaded the model with this context length. */
  load(model: string, contextLength: number): void {
    this.#loaded.set(model, contextLength);
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #serve(message: IncomingMessage, response: ServerResponse): Promise<void> {
    const request: FakeRequest = {
      path: message.url ?? '',
      body: await bodyOf(message),
      authorization: message.headers.authorization,
      sent: 0,
      aborted: false,
      finished: false,
    };
    this.requests.push(request);
    response.on('close', () => (request.aborted = !response.writableFinished));
    if (this.#options.instead?.(request, response)) return;
    const model = this.#find(request.body['model'] ?? request.body['name']);
    const known: Readonly<Record<string, () => object>> = {
      '/api/version': () => ({ version: this.#options.version ?? '0.32.15' }),
      '/api/tags': () => ({ models: this.#models.map(listing) }),
      '/api/ps': () => ({ models: this.#running() }),
    };
    const answer = known[request.path];
    if (answer) sendJson(response, answer());
    else if (request.path === '/api/pull') await this.#pull(request, response);
    else if (!model) sendJson(response, { error: 'model not found' }, 404);
    else if (request.path === '/api/show') sendJson(response, showing(model));
    else if (request.body['keep_alive'] === 0) this.#unload(model, response);
    else await this.#generate(model, request, response);
  }

  #find(name: unknown): FakeModel | undefined {
    return this.#models.find(
      (model) => model.name === name || model.name === `${String(name)}:latest`,
    );
  }

  #running() {
    return this.#models
      .filter(({ name }) => this.#loaded.has(name))
      .map((model) => ({
        ...listing(model),
        size_vram: 0,
        context_length: this.#loaded.get(model.name),
      }));
  }

  async #pull(request: FakeRequest, response: ServerResponse): Promise<void> {
    const name = String(request.body['model'] ?? request.body['name']);
    response.setHeader('content-type', 'application/x-ndjson');
    const say = (step: object) => response.write(`${JSON.stringify(step)}\n`);
    say({ status: 'pulling manifest' });
    if (!(this.#options.pullable ?? []).includes(name)) {
      say({ error: 'pull model manifest: file does not exist' });
      response.end();
      return;
    }
    for (const completed of [0, 50, 100]) {
      say({ status: 'pulling abc', digest: 'sha256:abc', total: 100, completed });
      await sleep(this.#options.tokenMs ?? 0);
    }
    this.#models.push({ name });
    say({ status: 'success' });
    response.end();
  }

  /** Waits for the slot, then streams; a client that goes away frees it. */
  async #generate(model: FakeModel, request: FakeRequest, response: ServerResponse): Promise<void> {
    const before = this.#slot;
    const mine = Promise.withResolvers<undefined>();
    this.#slot = before.then(() => mine.promise);
    await before;
    try {
      this.#use(model, request);
      await this.#stream(request, response);
    } finally {
      mine.resolve(undefined);
    }
  }

  #unload(model: FakeModel, response: ServerResponse): void {
    this.#loaded.delete(model.name);
    this.unloaded.push(model.name);
    sendJson(response, { model: model.name, response: '', done: true, done_reason: 'unload' });
  }

  #use(model: FakeModel, request: FakeRequest): void {
    const options = (request.body['options'] ?? {}) as { num_ctx?: number };
    const wanted = options.num_ctx ?? 4096;
    if (this.#loaded.get(model.name) === wanted) return;
    this.loads++;
    this.#loaded.set(model.name, wanted);
  }

  async #stream(request: FakeRequest, response: ServerResponse): Promise<void> {
    const left = new AbortController();
    response.on('close', () => left.abort());
    const wait = (ms = 0) => sleep(ms, undefined, { signal: left.signal }).catch(() => undefined);
    await wait(this.#options.firstTokenMs);
    const { body } = request;
    const lines =
      request.path === '/api/chat' ? this.#chatLines(request) : this.#traceLines(request);
    const { num_predict: cap = 128 } = (body['options'] ?? {}) as { num_predict?: number };
    let reason = lines.done;
    for (const line of lines.lines) {
      if (request.sent >= cap) {
        reason = 'length';
        break;
      }
      if (request.sent > 0) await wait(this.#options.tokenMs);
      if (response.destroyed) return;
      if (!response.headersSent) response.setHeader('content-type', 'application/x-ndjson');
      response.write(`${JSON.stringify({ model: body['model'], ...line, done: false })}\n`);
      request.sent++;
    }
    if (response.destroyed) return;
    const last = {
      ...lines.empty,
      model: body['model'],
      done: true,
      done_reason: reason,
      prompt_eval_count: lines.promptTokens,
      eval_count: request.sent + (reason === 'stop' ? 1 : 0),
    };
    if (!response.headersSent) response.setHeader('content-type', 'application/x-ndjson');
    response.end(`${JSON.stringify(last)}\n`);
    request.finished = true;
  }

  #chatLines({ body }: FakeRequest) {
    const messages = (body['messages'] ?? []) as readonly { role: string; content: string }[];
    const before = messages.findLast(({ role }) => role === 'assistant')?.content;
    const pieces = this.#options.chatPieces ?? (before ?? 'It adds two numbers.').split(/(?<= )/);
    return {
      lines: pieces.map((content) => ({ message: { role: 'assistant', content } })),
      empty: { message: { role: 'assistant', content: '' } },
      done: 'stop',
      promptTokens: 20,
    };
  }

  #traceLines(request: FakeRequest) {
    const trace = this.#options.answer?.(request) ?? this.#traceOf(request.body);
    const { logprobs, top_logprobs: top = 0 } = request.body as {
      logprobs?: boolean;
      top_logprobs?: number;
    };
    return {
      lines: trace.tokens.map(([text, logprob, alternatives]) => ({
        response: text,
        ...(logprobs && {
          logprobs: [
            {
              token: text,
              logprob,
              ...(top > 0 && {
                top_logprobs: alternatives
                  .slice(0, top)
                  .map(([token, each]) => ({ token, logprob: each })),
              }),
            },
          ],
        }),
      })),
      empty: { response: '' },
      done: trace.done,
      promptTokens: trace.prompt_tokens,
    };
  }

  #traceOf(body: FakeRequest['body']): EngineTrace {
    const { prompt, suffix = '' } = body as { prompt: string; suffix?: string };
    const family = familyOf(FAKE_MODEL);
    const exact = this.#traces.find(
      (trace) =>
        (trace.prompt === prompt && trace.suffix === suffix) ||
        (family && buildFim(family, trace.prompt, trace.suffix) === prompt),
    );
    let sum = 0;
    for (const character of prompt) sum = (sum * 31 + (character.codePointAt(0) ?? 0)) % 65_521;
    const trace = exact ?? this.#traces[sum % this.#traces.length];
    if (!trace) throw new Error('the fake has no traces');
    return trace;
  }
}

async function bodyOf(message: IncomingMessage): Promise<Record<string, unknown>> {
  let text = '';
  for await (const chunk of message.setEncoding('utf8')) text += String(chunk);
  return text === '' ? {} : (JSON.parse(text) as Record<string, unknown>);
}

function sendJson(response: ServerResponse, value: object, status = 200): void {
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8' });
  response.end(JSON.stringify(value));
}

const details = { format: 'gguf', family: 'qwen2', quantization_level: 'Q4_K_M' };

function listing({ name, digest = 'ab'.repeat(32) }: FakeModel) {
  return { name, model: name, size: 491_400_453, digest, details };
}

function showing(model: FakeModel) {
  return {
    details,
    capabilities: model.capabilities ?? ['completion', 'insert'],
    model_info: {
      'general.architecture': 'qwen2',
      'qwen2.context_length': model.contextLength ?? 32_768,
    },
    ...(model.remoteHost !== undefined && { remote_host: model.remoteHost }),
  };
}
