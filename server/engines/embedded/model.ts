import { availableParallelism } from 'node:os';
import type { Exchange } from '../../../shared/protocol.ts';
import { EngineError, type ChatRequest, type GenerateRequest } from '../engine.ts';
import { CONTEXT_LENGTH, type ModelHeader } from './protocol.ts';
import type { Llama, Model, Runtime, Sequence, Token } from './runtime.ts';

/** Tokens that the sequence holds for the whole life of a model, so that a prompt's beginning stays. */
export interface LoadedModel {
  readonly path: string;
  readonly model: Model;
  readonly sequence: Sequence;
  readonly contextLength: number;
}

/** Names of the token before the prefix, by which llama.cpp tells a fill-in model (llama-vocab.cpp). */
const INFILL_PREFIX = new Set([
  '<|fim_prefix|>',
  '<fim-prefix>',
  '<fim_prefix>',
  '<｜fim▁begin｜>',
  '<PRE>',
  '▁<PRE>',
  '<|code_prefix|>',
]);

export async function startLlama(runtime: Runtime): Promise<Llama> {
  const metal = process.platform === 'darwin' && process.arch === 'arm64';
  return runtime.getLlama({
    gpu: metal ? 'metal' : false,
    build: 'never',
    maxThreads: availableParallelism(),
    logLevel: 'disabled',
    progressLogs: false,
  });
}

export async function readHeader(runtime: Runtime, path: string): Promise<ModelHeader> {
  const { metadata } = await runtime.readGgufFileInfo(path, {
    readTensorInfo: false,
    logWarnings: false,
  });
  const { architecture, file_type: fileType = -1 } = metadata.general;
  const own = metadata[architecture] as { context_length?: number } | undefined;
  return {
    family: architecture,
    quantisation: (runtime.GgufFileType[fileType] ?? '').replace(/^MOSTLY_/, ''),
    insert: metadata.tokenizer?.ggml?.tokens?.some((token) => INFILL_PREFIX.has(token)) ?? false,
    chat: metadata.tokenizer?.chat_template !== undefined,
    contextLength: own?.context_length ?? 0,
  };
}

export async function loadModel(llama: Llama, path: string): Promise<LoadedModel> {
  const model = await llama.loadModel({ modelPath: path });
  const contextLength = Math.min(CONTEXT_LENGTH, model.trainContextSize);
  const context = await model.createContext({
    contextSize: contextLength,
    // More threads than cores wait for each other in vain: measured, hundreds of times slower.
    threads: Math.max(1, Math.min(llama.cpuMathCores, availableParallelism())),
  });
  return { path, model, sequence: context.getSequence(), contextLength };
}

/** @throws EngineError `cannot-fill-in` */
export function promptTokens(model: Model, prompt: GenerateRequest['prompt']): Token[] {
  const { tokens } = model;
  const start = tokens.shouldPrependBosToken && tokens.bos !== null ? [tokens.bos] : [];
  if ('raw' in prompt) return [...start, ...model.tokenize(prompt.raw, true)];
  const { prefix, suffix, middle } = tokens.infill;
  if (prefix === null || suffix === null || middle === null) {
    throw new EngineError('cannot-fill-in', 'The model has no tokens for filling in.');
  }
  return [
    ...start,
    prefix,
    ...model.tokenize(prompt.prefix, false),
    suffix,
    ...model.tokenize(prompt.suffix, false),
    middle,
  ];
}

export function chatTokens(
  runtime: Runtime,
  model: Model,
  chat: Pick<ChatRequest, 'system' | 'question'> & { readonly earlier: readonly Exchange[] },
): Token[] {
  const { contextText } = runtime.resolveChatWrapper(model).generateContextState({
    chatHistory: [
      { type: 'system', text: chat.system },
      ...chat.earlier.flatMap(({ question, answer }) => [
        { type: 'user' as const, text: question },
        { type: 'model' as const, response: [answer] },
      ]),
      { type: 'user', text: chat.question },
      { type: 'model', response: [] },
    ],
  });
  return contextText.tokenize(model.tokenizer);
}
