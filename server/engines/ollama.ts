import { randomUUID } from 'node:crypto';
import { Ollama } from 'ollama';
import type { TraceToken } from '../stopping/trace.ts';
import {
  EngineError,
  type Capabilities,
  type ChatRequest,
  type Engine,
  type EngineModel,
  type GenerateEnd,
  type GenerateRequest,
  type PullStep,
} from './engine.ts';
import { failures, type Where } from './failures.ts';
import { admittedUrl } from './host.ts';
import { lingering } from './lingering.ts';
import { mapped } from './mapped.ts';
import { ContextLength } from './ollama-context.ts';
import { guardedFetch, type Patience } from './ollama-fetch.ts';
import { engineModel, sameModel } from './ollama-model.ts';
import { tokensOf, type StreamLine } from './ollama-stream.ts';
import { measure } from './probe.ts';

export interface OllamaOptions {
  readonly url: string;
  /** Hosts beside loopback that the user has confirmed by name. */
  readonly allowedHosts?: readonly string[];
  /** How long the model stays loaded, in Ollama's notation, for instance `30m`. */
  readonly keepAlive?: string;
  /** The Authorization header; sent over TLS or to loopback only. */
  readonly authorization?: string;
  /** Default: 120 s before the first chunk, 10 s between two. */
  readonly patience?: Patience;
}

const PATIENCE: Patience = { first: 120_000, between: 10_000 };
/** Answers that no model has to compute. */
const LOOK_UP: Patience = { first: 10_000, between: 10_000 };
/** Between two steps of a pull; checking the sum of a large file says nothing meanwhile. */
const PULL: Patience = { first: 120_000, between: 300_000 };

/** Ollama over HTTP. Greedy, with one constant context length, so that the model is never reloaded. */
export class OllamaEngine implements Engine {
  readonly name = 'ollama';
  readonly #options: OllamaOptions;
  readonly #context: ContextLength;
  readonly #described = new Map<string, Promise<EngineModel>>();

  constructor(options: OllamaOptions) {
    this.#options = options;
    this.#context = new ContextLength((signal) => this.#client({ signal }).ps());
  }

  async version(signal?: AbortSignal): Promise<string> {
    const { version } = await this.#client({ signal }).version();
    if (typeof version !== 'string') throw failures.notAnEngine(this.#where());
    return version;
  }

  async models(signal?: AbortSignal): Promise<EngineModel[]> {
    const { models } = await this.#list(signal);
    return Promise.all(
      models.map(async (listed) => {
        const show = await this.#client({ model: listed.name, signal }).show({
          model: listed.name,
        });
        return engineModel(listed, show);
      }),
    );
  }

  async describe(model: string, signal?: AbortSignal): Promise<EngineModel> {
    const [{ models }, show] = await Promise.all([
      this.#list(signal),
      this.#client({ model, signal }).show({ model }),
    ]);
    const listed = models.find((each) => sameModel(each.name, model));
    if (!listed) throw failures.modelMissing(this.#where(model));
    const described = engineModel(listed, show);
    this.#described.set(model, Promise.resolve(described));
    return described;
  }

  async *generate(request: GenerateRequest): AsyncGenerator<TraceToken, GenerateEnd, void> {
    const described = await this.#admit(request.model, request.signal);
    const prompt = promptOf(request, described, this.#where(request.model));
    const options = await this.#sampling(request, described);
    const sentAt = performance.now();
    return yield* this.#stream(request, sentAt, async (client) => {
      const lines = await client.generate({
        model: request.model,
        ...prompt,
        ...options,
        stream: true,
        logprobs: true,
        ...(request.alternatives > 0 && { top_logprobs: request.alternatives }),
      });
      return mapLines(lines, (line) => ({ ...line, text: line.response ?? '' }));
    });
  }

  async *chat(request: ChatRequest): AsyncGenerator<string, GenerateEnd, void> {
    const described = await this.#admit(request.model, request.signal);
    if (!described.chat) throw failures.cannotChat(this.#where(request.model));
    const options = await this.#sampling(request, described);
    const tokens = this.#stream(request, performance.now(), async (client) => {
      const lines = await client.chat({
        model: request.model,
        ...options,
        stream: true,
        messages: [
          { role: 'system', content: request.system },
          { role: 'user', content: request.question },
        ],
      });
      return mapLines(lines, (line) => ({ ...line, text: line.message.content }));
    });
    return yield* mapped(tokens, ({ text }) => text);
  }

  async pull(model: string, onStep: (step: PullStep) => void, signal: AbortSignal): Promise<void> {
    const client = this.#client({ model, signal, patience: PULL });
    try {
      for await (const { status, completed, total } of await client.pull({ model, stream: true })) {
        onStep({
          status,
          ...(typeof completed === 'number' && { completed }),
          ...(typeof total === 'number' && { total }),
        });
      }
    } catch (error) {
      if (error instanceof EngineError) throw error;
      throw failures.cutShort(this.#where(model));
    } finally {
      this.#described.delete(model);
    }
  }

  async probe(model: string, signal?: AbortSignal): Promise<Capabilities> {
    const version = await this.version(signal);
    const described = await this.describe(model, signal);
    const measured = await measure(
      this,
      model,
      signal ?? new AbortController().signal,
      randomUUID(),
    );
    const { models } = await this.#client({ signal }).ps();
    const loaded = models.find((each) => sameModel(each.name, model));
    return {
      engine: this.name,
      version,
      model: described,
      gpuShare: loaded && loaded.size > 0 ? loaded.size_vram / loaded.size : null,
      contextLength: await this.#context.choose(model, described.contextLength, signal),
      ...measured,
    };
  }

  async dispose(): Promise<void> {
    await Promise.resolve();
  }

  /** Knows the model, and that it runs here or where the user allowed it. */
  async #admit(model: string, signal: AbortSignal): Promise<EngineModel> {
    const described = await (this.#described.get(model) ?? this.describe(model, signal));
    const { remoteHost } = described;
    if (remoteHost !== undefined) {
      const host = URL.canParse(remoteHost) ? new URL(remoteHost).host : remoteHost;
      if (!(this.#options.allowedHosts ?? []).includes(host)) {
        throw failures.remoteModel(this.#where(model), host);
      }
    }
    return described;
  }

  async #sampling(request: GenerateRequest | ChatRequest, described: EngineModel) {
    const { contextLength } = described;
    const context = await this.#context.choose(request.model, contextLength, request.signal);
    return {
      ...(this.#options.keepAlive !== undefined && { keep_alive: this.#options.keepAlive }),
      options: {
        temperature: 0,
        repeat_penalty: 1,
        num_predict: request.maxTokens,
        num_ctx: context,
      },
    };
  }

  /** Leaving the stream, at any point, closes the connection. */
  async *#stream(
    request: GenerateRequest | ChatRequest,
    sentAt: number,
    send: (client: Ollama) => Promise<AsyncIterable<StreamLine>>,
  ): AsyncGenerator<TraceToken, GenerateEnd, void> {
    const left = new AbortController();
    const client = this.#client({
      model: request.model,
      signal: AbortSignal.any([request.signal, left.signal]),
      patience: this.#options.patience ?? PATIENCE,
    });
    try {
      const lines = lingering(await this.#sent(request.model, send(client)));
      return yield* tokensOf(lines, this.#where(request.model), sentAt);
    } finally {
      left.abort();
    }
  }

  /** A loaded model that never begins may wait for a slot that Ollama lost: unloading it helps. */
  async #sent<Lines>(model: string, sending: Promise<Lines>): Promise<Lines> {
    try {
      return await sending;
    } catch (error) {
      if (error instanceof EngineError && error.code === 'stalled') await this.#unload(model);
      throw error;
    }
  }

  async #unload(model: string): Promise<void> {
    const client = this.#client({ model });
    try {
      const { models } = await client.ps();
      if (!models.some(({ name }) => sameModel(name, model))) return;
      await client.generate({ model, prompt: '', keep_alive: 0, stream: false });
    } catch (error) {
      if (!(error instanceof EngineError)) throw error;
    }
  }

  #list(signal: AbortSignal | undefined) {
    return this.#client({ signal }).list();
  }

  #where(model?: string): Where {
    return { engine: `Ollama at ${this.#options.url}`, ...(model !== undefined && { model }) };
  }

  #client(request: {
    readonly model?: string;
    readonly signal?: AbortSignal | undefined;
    readonly patience?: Patience;
  }): Ollama {
    const { url, allowedHosts = [], authorization } = this.#options;
    const fetch = guardedFetch({
      where: this.#where(request.model),
      signal: request.signal ?? new AbortController().signal,
      patience: request.patience ?? LOOK_UP,
      authorization,
    });
    return new Ollama({ host: admittedUrl(url, allowedHosts, authorization), fetch });
  }
}

/**
 * A finished prompt goes raw. Prefix and suffix go through the model's template, but never with an
 * empty suffix: the template would take its chat branch, so the prefix goes alone and raw.
 */
function promptOf({ prompt }: GenerateRequest, described: EngineModel, where: Where) {
  if ('raw' in prompt) return { prompt: prompt.raw, raw: true };
  if (!described.insert) throw failures.cannotFillIn(where);
  if (prompt.suffix === '') return { prompt: prompt.prefix, raw: true };
  return { prompt: prompt.prefix, suffix: prompt.suffix };
}

async function* mapLines<Line>(
  lines: AsyncIterable<Line>,
  map: (line: Line) => StreamLine,
): AsyncGenerator<StreamLine> {
  for await (const line of lines) yield map(line);
}
