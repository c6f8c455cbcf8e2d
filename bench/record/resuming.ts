import { existsSync } from 'node:fs';
import { readFile, truncate } from 'node:fs/promises';

/** Ids already recorded; a last line that was cut off in writing is taken away. */
export async function recordedIds(file: string): Promise<Set<string>> {
  const ids = new Set<string>();
  if (!existsSync(file)) return ids;
  const content = await readFile(file, 'utf8');
  const whole = content.slice(0, content.lastIndexOf('\n') + 1);
  if (whole.length < content.length) await truncate(file, Buffer.byteLength(whole));
  for (const line of whole.split('\n')) {
    if (line !== '') ids.add((JSON.parse(line) as { id: string }).id);
  }
  return ids;
}

/**
 * Runs work whose signal aborts on an interrupt, or after so many minutes.
 * @param minutes 0: as long as it takes
 */
export async function interruptible<T>(
  minutes: number,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const stop = new AbortController();
  const timer = minutes > 0 ? setTimeout(() => stop.abort(), minutes * 60_000) : undefined;
  const interrupt = () => stop.abort();
  process.once('SIGINT', interrupt);
  process.once('SIGTERM', interrupt);
  try {
    return await work(stop.signal);
  } finally {
    clearTimeout(timer);
    process.removeListener('SIGINT', interrupt);
    process.removeListener('SIGTERM', interrupt);
  }
}
