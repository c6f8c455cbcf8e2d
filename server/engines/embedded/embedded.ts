import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { TraceToken } from '../../stopping/trace.ts';
import {
  EngineError,
  type Capabilities,
  type ChatRequest,
  type Engine,
  type EngineModel,
  type GenerateEnd,
  type GenerateRequest,
} from '../engine.ts';
import { defaultModelsDir, digestOf, modelFiles, type ModelFile } from './files.ts';
import { EmbeddedProcess, type Call } from './process.ts';
import { CONTEXT_LENGTH, type Answer, type Command } from './protocol.ts';
import { failures, type Where } from '../failures.ts';
import { mapped } from '../mapped.ts';
import type { Patience } from '../patience.ts';
import { measure, UNMEASURED } from '../probe.ts';
import { Turns } from '../turns.ts';

export interface EmbeddedOptions {
  /** Folder of `*.gguf` and `manifest.json`; by default in the user's cache folder. */
  readonly modelsDir?: string;
  /** Default: 120 s before the first token, 10 s between two. */
  readonly patience?: Patience;
}

const PATIENCE: Patience = { first: 120_000, between: 10_000 };
/** How long the child may take to notice a cancel before it is killed, milliseconds. */
const CANCEL_MS = 10_000;

/** llama.cpp inside Node, in a child process; for a clone and the command line, not in the VSIX. */
export class EmbeddedEngine implements Engine {
  readonly name = 'embedded';
  readonly title = 'embedded llama.cpp';
  readonly #modelsDir: string;
  readonly #patience: Patience;
  readonly #runtime = runtimeFolder();
  readonly #process = new EmbeddedProcess(childScript(), this.#runtime);
  readonly #turns = new Turns();
  readonly #described = new Map<string, Promise<EngineModel>>();

  constructor(options: EmbeddedOptions = {}) {
    this.#modelsDir = options.modelsDir ?? defaultModelsDir();
    this.#patience = options.patience ?? PATIENCE;
  }

  /** Of the child process, while it runs. */
  get pid(): number | undefined {
    return this.#process.pid;
  }

  async version(): Promise<string> {
    this.#requireInstalled();
    const text = await readFile(join(this.#runtime, 'package.json'), 'utf8');
    return (JSON.parse(text) as { version: string }).version;
  }

  async models(signal?: AbortSignal): Promise<EngineModel[]> {
    const files = await modelFiles(this.#modelsDir);
    const models: EngineModel[] = [];
    for (const file of files) models.push(await this.#describe(file, signal));
    return models;
  }

  async describe(model: string, signal?: AbortSignal): Promise<EngineModel> {
    return this.#describe(await this.#file(model), signal);
  }

  async *generate(request: GenerateRequest): AsyncGenerator<TraceToken, GenerateEnd, void> {
    const sentAt = performance.now();
    const { path } = await this.#file(request.model);
    const { prompt, maxTokens, model, signal } = request;
    const stream = this.#run({ kind: 'generate', path, prompt, maxTokens }, model, signal);
    return yield* mapped(stream, ({ text, logprob }) => ({
      text,
      logprob,
      arrivedMs: performance.now() - sentAt,
    }));
  }

  async *chat(request: ChatRequest): AsyncGenerator<string, GenerateEnd, void> {
    const { model, signal, system, earlier = [], question, maxTokens } = request;
    const described = await this.describe(model, signal);
    if (!described.chat) throw failures.cannotChat(this.#where(model));
    const { path } = await this.#file(model);
    const command = { kind: 'chat', path, system, earlier, question, maxTokens } as const;
    const stream = this.#run(command, model, signal);
    return yield* mapped(stream, ({ text }) => text);
  }

  async look(model: string, signal?: AbortSignal): Promise<Capabilities> {
    const described = await this.describe(model, signal);
    return {
      engine: this.name,
      version: await this.version(),
      model: described,
      gpuShare: process.platform === 'darwin' && process.arch === 'arm64' ? null : 0,
      contextLength: Math.min(CONTEXT_LENGTH, described.contextLength || CONTEXT_LENGTH),
      ...UNMEASURED,
    };
  }

  async measure(known: Capabilities, signal?: AbortSignal): Promise<Capabilities> {
    const measured = await measure(this, known.model.name, randomUUID(), signal);
    return { ...known, ...measured, msPerTokenWithAlternatives: null };
  }

  async dispose(): Promise<void> {
    await this.#process.kill();
  }

  async #file(model: string): Promise<ModelFile> {
    this.#requireInstalled();
    const file = (await modelFiles(this.#modelsDir)).find(({ name }) => name === model);
    if (file) return file;
    throw new EngineError(
      'model-missing',
      `There is no ${model} in ${this.#modelsDir}; save its GGUF file there under that name, or run "npm start" in the clone.`,
    );
  }

  async #describe(file: ModelFile, signal = new AbortController().signal): Promise<EngineModel> {
    const digest = await digestOf(file.path);
    const known = this.#described.get(digest);
    if (known) return { ...(await known), name: file.name };
    const { name, path, bytes } = file;
    const reading = this.#header(path, name, signal).then((header) => ({
      name,
      digest,
      bytes,
      ...header,
    }));
    this.#described.set(digest, reading);
    reading.catch(() => this.#described.delete(digest));
    return reading;
  }

  async #header(path: string, model: string, signal: AbortSignal) {
    const done = await this.#turns.take(signal);
    try {
      const call = this.#process.call({ kind: 'describe', path });
      const answer = await this.#await(call, this.#patience.first, model, signal);
      if (answer.kind !== 'header') throw failures.refused(this.#where(model), null);
      return answer.header;
    } finally {
      done();
    }
  }

  /** Leaving the stream, at any point, ends the generation before the next one begins. */
  async *#run(
    command: Command,
    model: string,
    signal: AbortSignal,
  ): AsyncGenerator<Extract<Answer, { kind: 'token' }>, GenerateEnd, void> {
    const done = await this.#turns.take(signal);
    const call = this.#process.call(command);
    let wait = this.#patience.first;
    try {
      for (;;) {
        const answer = await this.#await(call, wait, model, signal);
        if (answer.kind === 'token') yield answer;
        else if (answer.kind === 'end' && answer.end !== 'cancelled') {
          const { end, promptTokens, tokens } = answer;
          return { end, promptTokens, tokens };
        } else throw failures.cancelled(signal.reason);
        wait = this.#patience.between;
        call.more();
      }
    } finally {
      void this.#close(call).then(done);
    }
  }

  /** @throws EngineError `cancelled`, `stalled`, `died`, or what the child says */
  async #await(call: Call, milliseconds: number, model: string, signal: AbortSignal) {
    const giveUp = Promise.withResolvers<'cancelled' | 'stalled'>();
    const timer = setTimeout(() => giveUp.resolve('stalled'), milliseconds);
    const cancel = () => giveUp.resolve('cancelled');
    signal.addEventListener('abort', cancel, { once: true });
    try {
      const answer = signal.aborted
        ? ('cancelled' as const)
        : await Promise.race([call.next(), giveUp.promise]);
      if (answer === 'cancelled') throw failures.cancelled(signal.reason);
      if (answer === 'stalled') {
        await this.#process.kill();
        throw failures.stalled(this.#where(model), milliseconds / 1000);
      }
      if (answer === null) throw failures.died(this.#where(model));
      if (answer.kind === 'failed') throw this.#failure(answer.code, model);
      return answer;
    } finally {
      clearTimeout(timer);
      signal.removeEventListener('abort', cancel);
    }
  }

  async #close(call: Call): Promise<void> {
    call.cancel();
    const timer = setTimeout(() => void this.#process.kill(), CANCEL_MS);
    await call.ended;
    clearTimeout(timer);
  }

  #failure(code: EngineError['code'], model: string): EngineError {
    const where = this.#where(model);
    return code === 'cannot-fill-in' ? failures.cannotFillIn(where) : failures.refused(where, null);
  }

  #where(model: string): Where {
    return { engine: 'The embedded engine', model };
  }

  #requireInstalled(): void {
    if (existsSync(join(this.#runtime, 'package.json'))) return;
    throw new EngineError(
      'unreachable',
      'The embedded engine is not installed; run `npm start` in a clone of Shortstop, or use Ollama.',
    );
  }
}

/** From the sources, or from the bundle in `dist/` beside them. */
function childScript(): string {
  const name = import.meta.url.endsWith('.ts') ? 'child.ts' : 'embedded-child.mjs';
  return fileURLToPath(new URL(name, import.meta.url));
}

function runtimeFolder(): string {
  const folder = import.meta.url.endsWith('.ts') ? './' : '../server/engines/embedded/';
  return fileURLToPath(new URL(`${folder}node_modules/node-llama-cpp`, import.meta.url));
}
