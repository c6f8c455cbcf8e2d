import { setTimeout as pause } from 'node:timers/promises';

/** A stream to the cap on a busy machine is not done sooner. */
const PATIENCE_MS = 300_000;

/** Looks again and again. @throws Error where it looked for five minutes, or was called off */
export async function until<T>(
  look: () => T | undefined,
  what: string,
  signal: AbortSignal,
): Promise<T> {
  const deadline = performance.now() + PATIENCE_MS;
  while (performance.now() < deadline) {
    signal.throwIfAborted();
    const found = look();
    if (found !== undefined) return found;
    await pause(5);
  }
  throw new Error(`waited in vain: ${what}`);
}
