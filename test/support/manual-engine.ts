import {
  EngineError,
  type Capabilities,
  type Engine,
  type EngineModel,
  type GenerateEnd,
  type GenerateRequest,
} from '../../server/engines/engine.ts';
import type { TraceToken } from '../../server/stopping/trace.ts';

export const MANUAL_MODEL: EngineModel = {
  name: 'qwen2.5-coder:0.5b',
  digest: `sha256:${'0'.repeat(64)}`,
  bytes: 1,
  family: 'qwen2',
  quantisation: 'Q4_K_M',
  insert: true,
  chat: true,
  contextLength: 4096,
};

export const MANUAL_CAPABILITIES: Capabilities = {
  engine: 'manual',
  version: '1',
  model: MANUAL_MODEL,
  logprobs: true,
  gpuShare: 0,
  msPerToken: 40,
  msPerTokenWithAlternatives: 40,
  prefillTokensPerSecond: 300,
  contextLength: 4096,
};

/** One stream of a {@link ManualEngine}: the test writes its tokens when it likes. */
export class ManualStream {
  readonly request: GenerateRequest;
  closed = false;
  #queue: (TraceToken | GenerateEnd | Error)[] = [];
  #wake: PromiseWithResolvers<void> = Promise.withResolvers();

  constructor(request: GenerateRequest) {
    this.request = request;
    request.signal.addEventListener('abort', () => {
      this.#push(new EngineError('cancelled', 'The request was cancelled.'));
    });
  }

  write(...texts: string[]): void {
    for (const text of texts) this.#push({ text, logprob: -0.01 });
  }

  writeToken(token: TraceToken): void {
    this.#push(token);
  }

  finish(end: GenerateEnd['end']): void {
    this.end({ end, promptTokens: 10, tokens: null });
  }

  end(end: GenerateEnd): void {
    this.#push(end);
  }

  break(error: Error): void {
    this.#push(error);
  }

  async *read(): AsyncGenerator<TraceToken, GenerateEnd, void> {
    try {
      for (;;) {
        const next = this.#queue.shift();
        if (next === undefined) await this.#wake.promise;
        else if (next instanceof Error) throw next;
        else if ('end' in next) return next;
        else yield next;
      }
    } finally {
      this.closed = true;
    }
  }

  #push(entry: TraceToken | GenerateEnd | Error): void {
    this.#queue.push(entry);
    this.#wake.resolve();
    this.#wake = Promise.withResolvers();
  }
}

/** An engine without a model: each request waits for the test to write its tokens. */
export class ManualEngine implements Engine {
  readonly name = 'ollama';
  readonly title = 'The manual engine';
  readonly streams: ManualStream[] = [];

  generate(request: GenerateRequest): AsyncGenerator<TraceToken, GenerateEnd, void> {
    const stream = new ManualStream(request);
    this.streams.push(stream);
    return stream.read();
  }

  version(): Promise<string> {
    return Promise.resolve('1');
  }
  models(): Promise<EngineModel[]> {
    return Promise.resolve([MANUAL_MODEL]);
  }
  describe(): Promise<EngineModel> {
    return Promise.resolve(MANUAL_MODEL);
  }
  chat(): AsyncGenerator<string, GenerateEnd, void> {
    throw new EngineError('cannot-chat', 'The manual engine does not chat.');
  }
  look(): Promise<Capabilities> {
    return Promise.resolve(MANUAL_CAPABILITIES);
  }
  measure(): Promise<Capabilities> {
    return Promise.resolve(MANUAL_CAPABILITIES);
  }
  dispose(): Promise<void> {
    return Promise.resolve();
  }
}
