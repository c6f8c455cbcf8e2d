import type { Exchange } from '../../../shared/protocol.ts';
import type { EngineErrorCode, GenerateRequest } from '../engine.ts';
import type { TraceEnd } from '../../stopping/trace.ts';

/** What daemon and child process say to each other; every message but `more` names a call by its id. */

export type Command =
  | { readonly kind: 'describe'; readonly path: string }
  | {
      readonly kind: 'generate';
      readonly path: string;
      readonly prompt: GenerateRequest['prompt'];
      readonly maxTokens: number;
    }
  | {
      readonly kind: 'chat';
      readonly path: string;
      readonly system: string;
      readonly earlier: readonly Exchange[];
      readonly question: string;
      readonly maxTokens: number;
    };

export type ToChild =
  | { readonly id: number; readonly command: Command }
  /** The consumer took the last token and wants another: nothing is generated ahead. */
  | { readonly id: number; readonly more: true }
  | { readonly id: number; readonly cancel: true };

/** Of the GGUF file's own header. */
export interface ModelHeader {
  readonly family: string;
  readonly quantisation: string;
  readonly insert: boolean;
  readonly chat: boolean;
  readonly contextLength: number;
}

export type Answer =
  | { readonly kind: 'header'; readonly header: ModelHeader }
  | { readonly kind: 'token'; readonly text: string; readonly logprob: number | null }
  | {
      readonly kind: 'end';
      readonly end: TraceEnd | 'cancelled';
      readonly promptTokens: number;
      readonly tokens: number;
    }
  | { readonly kind: 'failed'; readonly code: EngineErrorCode };

export interface FromChild {
  readonly id: number;
  readonly answer: Answer;
}

/** Tokens; the window of every request, or the model's own where that is smaller. */
export const CONTEXT_LENGTH = 4096;
