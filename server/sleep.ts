import { setTimeout as pause } from 'node:timers/promises';

/** Resolves after so many milliseconds, at once where the signal is aborted by then. */
export async function sleep(ms: number, signal?: AbortSignal): Promise<void> {
  await pause(ms, undefined, signal && { signal }).catch(() => undefined);
}
