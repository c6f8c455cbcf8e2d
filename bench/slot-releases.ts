import { closeSync, fstatSync, openSync, readSync } from 'node:fs';

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
  const log = wholeLines(logFile, from);
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

/** A line that is still being written might show the beginning of a number. */
function wholeLines(file: string, from: number): string {
  const handle = openSync(file, 'r');
  try {
    const bytes = Buffer.alloc(Math.max(0, fstatSync(handle).size - from));
    const text = bytes.toString('utf8', 0, readSync(handle, bytes, 0, bytes.length, from));
    return text.slice(0, text.lastIndexOf('\n') + 1);
  } finally {
    closeSync(handle);
  }
}
