import { pathToFileURL } from 'node:url';

/** What this project uses of node-llama-cpp 3.22, which is not there when the rest is compiled. */

export type Token = number;

export interface Sequence {
  readonly nextTokenIndex: number;
  /** Keeps the beginning that both have in common; `allowShift` false keeps no more than that. */
  adaptStateToTokens(tokens: readonly Token[], allowShift: boolean): Promise<void>;
  evaluateWithoutGeneratingNewTokens(tokens: readonly Token[]): Promise<void>;
  /** Ends at an end-of-generation token, without yielding it. */
  evaluateWithMetadata(
    tokens: readonly Token[],
    metadata: { readonly confidence: true },
    options: { readonly temperature: 0 },
  ): AsyncGenerator<{ readonly token: Token; readonly confidence: number }, void>;
}

export interface Context {
  getSequence(): Sequence;
}

export interface Tokenizer {
  tokenize(text: string, specialTokens: boolean): Token[];
}

export interface Model extends Tokenizer {
  readonly tokenizer: unknown;
  readonly trainContextSize: number;
  readonly tokens: {
    readonly bos: Token | null;
    readonly shouldPrependBosToken: boolean;
    readonly infill: Readonly<Record<'prefix' | 'suffix' | 'middle', Token | null>>;
  };
  detokenize(tokens: readonly Token[], special: boolean, last: readonly Token[]): string;
  createContext(options: {
    readonly contextSize: number;
    readonly threads: number;
  }): Promise<Context>;
  dispose(): Promise<void>;
}

export interface Llama {
  readonly cpuMathCores: number;
  loadModel(options: { readonly modelPath: string }): Promise<Model>;
}

export interface Gguf {
  readonly metadata: {
    readonly general: { readonly architecture: string; readonly file_type?: number };
    readonly tokenizer?: {
      readonly chat_template?: string;
      readonly ggml?: { readonly tokens?: readonly string[] };
    };
    readonly [architecture: string]: unknown;
  };
}

type ChatItem =
  | { readonly type: 'system' | 'user'; readonly text: string }
  | { readonly type: 'model'; readonly response: readonly string[] };

export interface Runtime {
  readonly GgufFileType: Readonly<Record<number, string>>;
  getLlama(options: {
    readonly gpu: 'metal' | false;
    readonly build: 'never';
    readonly maxThreads: number;
    readonly logLevel: 'disabled';
    readonly progressLogs: false;
  }): Promise<Llama>;
  readGgufFileInfo(
    path: string,
    options: { readonly readTensorInfo: false; readonly logWarnings: false },
  ): Promise<Gguf>;
  resolveChatWrapper(model: Model): {
    generateContextState(options: { readonly chatHistory: readonly ChatItem[] }): {
      readonly contextText: { tokenize(tokenizer: unknown): Token[] };
    };
  };
}

/** @param folder of the package `node-llama-cpp` */
export async function loadRuntime(folder: string): Promise<Runtime> {
  const entry = new URL('dist/index.js', `${pathToFileURL(folder).href}/`);
  return (await import(entry.href)) as Runtime;
}
