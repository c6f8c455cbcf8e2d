import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { Calibrated, CalibrationInput } from '../learning/calibrate/calibration.ts';

/**
 * `calibrate` on a thread of its own: it takes seconds, in which the daemon has keystrokes to answer.
 * @throws Error where the thread fails, with its own message
 * @throws AbortError
 */
export type Fitting = (input: CalibrationInput, signal: AbortSignal) => Promise<Calibrated>;

/** Beside this file, among the sources or in `dist/`. */
const SCRIPT = import.meta.url.endsWith('.ts') ? 'fit-thread.ts' : 'fit-thread.cjs';

export const fitInThread: Fitting = async (input, signal) => {
  signal.throwIfAborted();
  const worker = new Worker(new URL(SCRIPT, import.meta.url), { workerData: input });
  try {
    // Rejects where the thread emits an error.
    const [calibrated] = (await once(worker, 'message', { signal })) as [Calibrated];
    return calibrated;
  } finally {
    await worker.terminate();
  }
};
