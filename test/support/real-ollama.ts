import { readFileSync } from 'node:fs';
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

/** One request as the model runner counted it. */
export interface SlotRelease {
  readonly task: number;
  readonly promptTokens: number;
  /** Tokens the prompt shared with what the slot held already. */
  readonly cachedTokens: number;
  /** Tokens sampled, the end token included; what was generated after a stop shows here. */
  readonly generatedTokens: number;
}

/**
 * Reads the runner's log: the last sampled token never enters the context, so a slot is released
 * with prompt + generated - 1 tokens.
 * @param from bytes of the log to skip, for instance its size before a request
 */
export function slotReleases(logFile: string, from = 0): SlotRelease[] {
  const log = readFileSync(logFile).subarray(from).toString('utf8');
  const prompts = new Map<number, number>();
  const cached = new Map<number, number>();
  const releases: SlotRelease[] = [];
  for (const line of log.split('\n')) {
    const task = Number(/\| task (\d+) \|/.exec(line)?.[1] ?? -1);
    if (task < 0) continue;
    const prompt = /new prompt.*task\.n_tokens = (\d+)/.exec(line)?.[1];
    if (prompt !== undefined) prompts.set(task, Number(prompt));
    const kept = /cached n_tokens = (\d+)/.exec(line)?.[1];
    if (kept !== undefined && !cached.has(task)) cached.set(task, Number(kept));
    const held = /stop processing: n_tokens = (\d+)/.exec(line)?.[1];
    if (held === undefined) continue;
    const promptTokens = prompts.get(task) ?? 0;
    releases.push({
      task,
      promptTokens,
      cachedTokens: cached.get(task) ?? 0,
      generatedTokens: Math.max(0, Number(held) - promptTokens + 1),
    });
  }
  return releases;
}
