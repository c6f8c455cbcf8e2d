import { setImmediate as immediate, setTimeout as sleep } from 'node:timers/promises';
import type { Exchange } from '../../shared/protocol.ts';
import type { TraceEnd, TraceToken } from '../stopping/trace.ts';

/** The port through which everything else talks to a model. Only this folder talks to one. */

export type EngineErrorCode =
  /** Nothing listens at the address. */
  | 'unreachable'
  /** Something answered that is not the engine: HTML, garbage, a wrong status. */
  | 'not-an-engine'
  | 'model-missing'
  /** The model can't fill in the middle, by its template or by our table. */
  | 'cannot-fill-in'
  | 'cannot-chat'
  /** The engine broke off: connection reset, child process gone. */
  | 'died'
  /** No chunk for too long. */
  | 'stalled'
  /** The stream ended without its last line. */
  | 'cut-short'
  /** The host is neither loopback nor confirmed by the user, or the model itself is remote. */
  | 'remote-not-allowed'
  /** The engine answered with an error of its own. */
  | 'refused'
  | 'cancelled';

/** `message` is one sentence for the user that says what to do; it never holds code. */
export class EngineError extends Error {
  readonly code: EngineErrorCode;
  constructor(code: EngineErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'EngineError';
    this.code = code;
  }
}

export interface GenerateRequest {
  readonly model: string;
  /** A finished fill-in-the-middle prompt, sent raw; or prefix and suffix for the model's own template. */
  readonly prompt: { readonly raw: string } | { readonly prefix: string; readonly suffix: string };
  readonly maxTokens: number;
  /** How many alternatives to ask for with each token; 0 asks for the chosen token's logprob only. */
  readonly alternatives: number;
  /**
   * Generation ends before any of these, and nothing is generated behind it. For an engine on which
   * leaving a stream leaves tokens behind; one that generates a token when it is asked to may ignore them.
   */
  readonly stop?: readonly string[];
  readonly signal: AbortSignal;
}

/**
 * How long the end of a stream may take to come behind its last token, where nothing more is generated,
 * milliseconds (measured: docs/engines.md).
 */
export const LAST_LINE_MS = 5;

/** So long, and then until what has come meanwhile is read: a busy process may have come to neither. */
export async function lastLineTime(wait: (ms: number) => Promise<void> = sleep): Promise<null> {
  await wait(LAST_LINE_MS);
  for (let turn = 0; turn < 3; turn++) await immediate();
  return null;
}

/**
 * Whether a stop string may have been cut off a token that came as `text`. No tokenizer joins a letter
 * or a digit to a line break, so behind these a stop string takes a token of its own.
 */
export function mayEndAtStop(text: string): boolean {
  return !/[\p{L}\p{N}]$/u.test(text);
}

export interface GenerateEnd {
  readonly end: TraceEnd;
  /**
   * Only where the engine ended the text at a stop string: it was the last token's own end, or came
   * behind it. An engine that says no more may mean the model's own end by the latter.
   */
  readonly atStop?: 'within-last-token' | 'behind-last-token';
  /** As the engine counted, where it did. */
  readonly promptTokens: number | null;
  readonly tokens: number | null;
}

export interface ChatRequest {
  readonly model: string;
  readonly system: string;
  /** Said before the question, the oldest first. */
  readonly earlier?: readonly Exchange[];
  readonly question: string;
  readonly maxTokens: number;
  readonly signal: AbortSignal;
}

export interface EngineModel {
  readonly name: string;
  /**
   * What results, weights and certificates are keyed by: `sha256:` and 64 hex digits; `name:` and the
   * model's name where the engine tells no digest, so that nothing certified for a file holds for it.
   */
  readonly digest: string;
  readonly bytes: number;
  readonly family: string;
  readonly quantisation: string;
  /** By its own template (a family of our table fills in without one). */
  readonly insert: boolean;
  readonly chat: boolean;
  readonly contextLength: number;
  /** Set where the engine would pass the text on to another host. */
  readonly remoteHost?: string;
}

/** What was measured at start; every figure null until it is. */
export interface Capabilities {
  readonly engine: string;
  readonly version: string;
  readonly model: EngineModel;
  readonly logprobs: boolean;
  /** Share of the model's memory that is on a GPU, 0 to 1. */
  readonly gpuShare: number | null;
  readonly msPerToken: number | null;
  readonly msPerTokenWithAlternatives: number | null;
  readonly prefillTokensPerSecond: number | null;
  /** The context window every request uses, in tokens. */
  readonly contextLength: number;
}

export interface Identity {
  readonly version: string;
  readonly digest: string;
}

export interface PullStep {
  readonly status: string;
  readonly completed?: number;
  readonly total?: number;
}

export interface Engine {
  readonly name: 'ollama' | 'embedded';
  /** Its name for people. */
  readonly title: string;
  /** Where it is reached, fit to be shown; for an engine that has an address. */
  readonly address?: string;
  /** What helps where the engine itself is missing, or gives no log-probabilities. */
  readonly advice?: { readonly missing: string; readonly logprobs: string };
  /** @throws EngineError */
  version(signal?: AbortSignal): Promise<string>;
  /** @throws EngineError */
  models(signal?: AbortSignal): Promise<EngineModel[]>;
  /** @throws EngineError `model-missing` */
  describe(model: string, signal?: AbortSignal): Promise<EngineModel>;
  /**
   * Yields tokens as they arrive and returns how the stream ended. Leaving the loop, or aborting the
   * signal (also while queued or in prefill), closes the stream at the engine.
   * @throws EngineError
   */
  generate(request: GenerateRequest): AsyncGenerator<TraceToken, GenerateEnd, void>;
  /** Yields pieces of the answer. @throws EngineError */
  chat(request: ChatRequest): AsyncGenerator<string, GenerateEnd, void>;
  /** For an engine that fetches models itself. @throws EngineError */
  pull?(model: string, onStep: (step: PullStep) => void, signal: AbortSignal): Promise<void>;
  /** What look-ups alone tell: no token is generated, no figure is measured. @throws EngineError */
  look(model: string, signal?: AbortSignal): Promise<Capabilities>;
  /**
   * Measures what {@link look} found with a few short requests; a second or two on a slow CPU.
   * @throws EngineError
   */
  measure(known: Capabilities, signal?: AbortSignal): Promise<Capabilities>;
  /**
   * Which server and model answer right now, as cheaply as that can be told; for an engine that
   * others start, stop and fill with models. @throws EngineError
   */
  identity?(model: string, signal: AbortSignal): Promise<Identity>;
  dispose(): Promise<void>;
}
