import { randomUUID } from 'node:crypto';
import { Ollama } from 'ollama';
import type { TraceToken } from '../../stopping/trace.ts';
import {
  EngineError,
  type Capabilities,
  type ChatRequest,
  type Engine,
  type EngineModel,
  type GenerateEnd,
  type GenerateRequest,
  type Identity,
  type PullStep,
} from '../engine.ts';
import { failures, type Where } from '../failures.ts';
import { admittedUrl, authorizationIn, isConfirmed, shownUrl } from '../http/host.ts';
import { lastLineFollows, lingering } from './lingering.ts';
import { mapped } from '../mapped.ts';
import type { Patience } from '../patience.ts';
import { answers, type ListedModel, type LoadedModel } from './answers.ts';
import { ContextLength } from './context.ts';
import { guardedFetch } from './fetch.ts';
import { completeName, digestOf, engineModel, sameModel } from './model.ts';
import { tokensOf, type StreamLine } from './stream.ts';
import { measure, UNMEASURED } from '../probe.ts';

export interface OllamaOptions {
  readonly url: string;
  /** Hosts beside loopback that the user has confirmed by name. */
  readonly allowedHosts?: readonly string[];
  /** How long the model stays loaded, in Ollama's notation, for instance `30m`. */
  readonly keepAlive?: string;
  /** The Authorization header; sent over TLS or to loopback only. */
  readonly authorization?: string;
  /** Default: 120 s before the first line, 10 s between two, {@link wholeOf} for all of them. */
  readonly patience?: Patience;
}

/** Holds the Authorization header for a server that asks for one. */
export const AUTHORIZATION_VARIABLE = 'SHORTSTOP_OLLAMA_AUTHORIZATION';

const PATIENCE: Patience = { first: 120_000, between: 10_000 };
/** Answers that no model has to compute. */
const LOOK_UP: Patience = { first: 5_000, between: 5_000 };
/** Milliseconds a token may take on average, and an answer at least. */
const SLOWEST = { token: 500, answer: 60_000 };
/** Characters of a stream: of a line for each token, log-probabilities and alternatives included. */
const LONGEST = { token: 8_000, answer: 1_000_000 };
/** Between two steps of a pull; checking the sum of a large file says nothing meanwhile. */
const PULL: Patience = { first: 120_000, between: 300_000 };

/** Ollama over HTTP. Greedy, with one constant context length, so that the model is never reloaded. */
export class OllamaEngine implements Engine {
  readonly name = 'ollama';
  readonly title = 'Ollama';
  readonly address: string;
  readonly advice = {
    missing: 'Where Ollama is not installed yet: https://ollama.com/download',
    logprobs: 'Update Ollama to 0.12.11 or newer.',
  };
  readonly #options: OllamaOptions;
  readonly #context: ContextLength;
  /** As the list last had them, by complete name. */
  readonly #known = new Map<string, ListedModel>();

  constructor(options: OllamaOptions) {
    this.#options = options;
    this.address = shownUrl(options.url);
    this.#context = new ContextLength((signal) => this.#loaded(signal));
  }

  async version(signal?: AbortSignal): Promise<string> {
    return answers.version(await this.#client({ signal }).version(), this.#where());
  }

  async identity(model: string, signal: AbortSignal): Promise<Identity> {
    const [version, listed] = await Promise.all([
      this.version(signal),
      this.#listed(model, signal),
    ]);
    this.#known.set(completeName(model), listed);
    return { version, digest: digestOf(listed) };
  }

  async models(signal?: AbortSignal): Promise<EngineModel[]> {
    const where = this.#where();
    const listed = (await this.#list(signal)).map((entry) => answers.listed(entry, where));
    return Promise.all(listed.map((each) => this.#shown(each, signal)));
  }

  async describe(model: string, signal?: AbortSignal): Promise<EngineModel> {
    const listed = await this.#listed(model, signal);
    this.#known.set(completeName(model), listed);
    return this.#shown(listed, signal);
  }

  async *generate(request: GenerateRequest): AsyncGenerator<TraceToken, GenerateEnd, void> {
    const described = await this.#admit(request.model, request.signal);
    const prompt = promptOf(request, described, this.#where(request.model));
    const { options, ...rest } = await this.#sampling(request, described);
    const { stop = [] } = request;
    const sentAt = performance.now();
    return yield* this.#stream(request, sentAt, async (client) => {
      const lines = await client.generate({
        model: described.name,
        ...prompt,
        ...rest,
        options: { ...options, ...(stop.length > 0 && { stop: [...stop] }) },
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
        model: described.name,
        ...options,
        stream: true,
        messages: [
          { role: 'system', content: request.system },
          ...(request.earlier ?? []).flatMap(({ question, answer }) => [
            { role: 'user', content: question },
            { role: 'assistant', content: answer },
          ]),
          { role: 'user', content: request.question },
        ],
      });
      return mapLines(lines, (line) => ({ ...line, text: contentOf(line) }));
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
      this.#known.delete(completeName(model));
    }
  }

  async look(model: string, signal?: AbortSignal): Promise<Capabilities> {
    const [version, described] = await Promise.all([
      this.version(signal),
      this.describe(model, signal),
    ]);
    return {
      ...UNMEASURED,
      engine: this.name,
      version,
      model: described,
      gpuShare: null,
      contextLength: await this.#context.choose(described.name, described.contextLength, signal),
      logprobs: givesLogprobs(version),
    };
  }

  async measure(known: Capabilities, signal?: AbortSignal): Promise<Capabilities> {
    const { name } = known.model;
    const measured = await measure(this, name, randomUUID(), signal);
    const loaded = (await this.#loaded(signal)).find((each) => sameModel(each.name, name));
    const { size = 0, size_vram: onGpu = null } = loaded ?? {};
    const gpuShare = size !== null && size > 0 && onGpu !== null ? onGpu / size : null;
    return { ...known, ...measured, gpuShare };
  }

  async dispose(): Promise<void> {
    await Promise.resolve();
  }

  /**
   * Asks before each request what the model is and where it runs, since its name may have been given
   * to one that runs elsewhere a moment ago (1 ms on Ollama 0.32).
   */
  async #admit(model: string, signal: AbortSignal): Promise<EngineModel> {
    const known = this.#known.get(completeName(model));
    const described = await (known ? this.#shown(known, signal) : this.describe(model, signal));
    const { remoteHost } = described;
    if (remoteHost !== undefined && !isConfirmed(remoteHost, this.#options.allowedHosts ?? [])) {
      throw failures.remoteModel(this.#where(model), remoteHost);
    }
    return described;
  }

  async #sampling(request: GenerateRequest | ChatRequest, described: EngineModel) {
    const { name, contextLength } = described;
    const context = await this.#context.choose(name, contextLength, request.signal);
    return {
      ...keepAlive(this.#options.keepAlive),
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
    const { model, maxTokens } = request;
    const client = this.#client({
      model,
      signal: AbortSignal.any([request.signal, left.signal]),
      patience: { whole: wholeOf(maxTokens), ...(this.#options.patience ?? PATIENCE) },
      longest: LONGEST.answer + LONGEST.token * maxTokens,
    });
    try {
      const sent = await this.#sent(model, send(client));
      const stop = 'stop' in request ? request.stop : [];
      const lines = lingering(sent, lastLineFollows(maxTokens, stop));
      return yield* tokensOf(lines, this.#where(model), sentAt, maxTokens, stop);
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
      const loaded = (await this.#loaded()).find(({ name }) => sameModel(name, model));
      if (!loaded) return;
      await client.generate({ model: loaded.name, prompt: '', keep_alive: 0, stream: false });
    } catch (error) {
      if (!(error instanceof EngineError)) throw error;
    }
  }

  async #list(signal: AbortSignal | undefined) {
    return answers.names(await this.#client({ signal }).list(), this.#where());
  }

  async #listed(model: string, signal: AbortSignal | undefined): Promise<ListedModel> {
    const listed = (await this.#list(signal)).find(({ name }) => sameModel(name, model));
    if (!listed) throw failures.modelMissing(this.#where(model));
    return answers.listed(listed, this.#where(model));
  }

  async #shown(listed: ListedModel, signal: AbortSignal | undefined): Promise<EngineModel> {
    const { name } = listed;
    const show = await this.#client({ model: name, signal }).show({ model: name });
    return engineModel(listed, answers.shown(show, this.#where(name)));
  }

  async #loaded(signal?: AbortSignal): Promise<LoadedModel[]> {
    return answers.loaded(await this.#client({ signal }).ps(), this.#where());
  }

  #where(model?: string): Where {
    return {
      engine: `${this.title} at ${this.address}`,
      start: 'ollama serve',
      login: AUTHORIZATION_VARIABLE,
      ...(model !== undefined && { model, pull: `ollama pull ${model}` }),
    };
  }

  #client(request: {
    readonly model?: string;
    readonly signal?: AbortSignal | undefined;
    readonly patience?: Patience;
    readonly longest?: number;
  }): Ollama {
    const { url, allowedHosts = [] } = this.#options;
    const authorization = this.#options.authorization ?? authorizationIn(url);
    const fetch = guardedFetch({
      where: this.#where(request.model),
      signal: request.signal ?? new AbortController().signal,
      patience: request.patience ?? LOOK_UP,
      authorization,
      ...(request.longest !== undefined && { longest: request.longest }),
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

/** From 0.12.11 on; a server built by hand calls itself 0.0.0. */
function givesLogprobs(version: string): boolean {
  const [major = 0, minor = 0, patch = 0] = version.split('.').map((part) => parseInt(part, 10));
  return major * 1_000_000 + minor * 1_000 + patch >= 12_011;
}

/** How long all of an answer may take from its first line on, milliseconds. */
function wholeOf(maxTokens: number): number {
  return Math.max(SLOWEST.answer, maxTokens * SLOWEST.token);
}

/** Ollama takes a bare number, of seconds or below 0 for ever, as a number only. */
function keepAlive(setting: string | undefined): { keep_alive?: string | number } {
  if (setting === undefined) return {};
  return { keep_alive: /^-?\d+$/.test(setting.trim()) ? Number(setting) : setting };
}

/** Of a line of `/api/chat`; a line without a message says nothing. */
function contentOf(line: { readonly message?: { readonly content?: unknown } }): string {
  const content = line.message?.content;
  return typeof content === 'string' ? content : '';
}

async function* mapLines<Line>(
  lines: AsyncIterable<Line>,
  map: (line: Line) => StreamLine,
): AsyncGenerator<StreamLine> {
  for await (const line of lines) yield map(line);
}
