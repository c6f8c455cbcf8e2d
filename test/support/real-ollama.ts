import { builtOllama, startOllama } from '../../scripts/ollama.mjs';
import { getOllamaModel } from '../../scripts/model.mjs';

export const REAL_MODEL = 'qwen2.5-coder:0.5b';

export interface RealOllama {
  readonly url: string;
  /** Of the model runner too; `slotReleases` reads it. */
  readonly logFile: string;
  stop(): Promise<void>;
}

/**
 * The Ollama that `npm run test:engine` builds into the user's cache folder, on a free port, with
 * its one slot and its own models folder; null where it is not built.
 */
export async function startRealOllama(
  options: { readonly env?: Readonly<Record<string, string>> } = {},
): Promise<RealOllama | null> {
  const binary = builtOllama();
  if (binary === null) return null;
  const server = await startOllama({ binary, ...(options.env && { env: options.env }) });
  try {
    await getOllamaModel(REAL_MODEL, { url: server.url, binary });
  } catch (error) {
    await server.stop();
    throw error;
  }
  return server;
}
