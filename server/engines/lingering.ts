import { setTimeout as sleep } from 'node:timers/promises';

/**
 * How long a stream that is left early is read on, milliseconds. Ollama 0.32.15 hands each chunk to
 * its HTTP writer through a channel without a buffer; a client that goes away while two chunks
 * follow each other at once (the last token and the last line do) leaves the second one waiting
 * there for ever, with the only slot in its hand: no later request is served until the model is
 * unloaded. This is long enough for a chunk that is on its way, and less than a token takes on a CPU.
 */
const LINGER_MS = 5;

interface Line {
  readonly done: boolean;
}

/** The same lines; who leaves before the last one waits a moment for those on their way. */
export async function* lingering<T extends Line>(lines: AsyncIterable<T>): AsyncGenerator<T> {
  const iterator = lines[Symbol.asyncIterator]();
  let complete = false;
  try {
    for (;;) {
      const next = await iterator.next();
      if (next.done) return;
      complete = next.value.done;
      yield next.value;
    }
  } finally {
    if (!complete) await Promise.race([readOn(iterator), sleep(LINGER_MS)]);
  }
}

/** Until the last line, or until the connection is closed. */
async function readOn(iterator: AsyncIterator<Line>): Promise<void> {
  try {
    for (let next = await iterator.next(); !next.done; next = await iterator.next()) {
      if (next.value.done) return;
    }
  } catch {
    // The stream is over, one way or another.
  }
}
