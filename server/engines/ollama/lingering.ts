import { lastLineTime, mayEndAtStop } from '../engine.ts';

interface Line {
  readonly text: string;
  readonly done: boolean;
}

/**
 * The same lines; who leaves before the last one waits a moment for it where it may follow at once.
 * Ollama 0.32.15 hands each chunk to its HTTP writer through a channel without a buffer; a client that
 * goes away while two chunks follow each other at once (the last token and the last line do) leaves the
 * second one waiting there for ever, with the only slot in its hand: no later request is served until
 * the model is unloaded.
 * @param follows asked for every line, in order: whether the last line may come right behind it
 */
export async function* lingering<T extends Line>(
  lines: AsyncIterable<T>,
  follows: (line: T) => boolean,
): AsyncGenerator<T> {
  const iterator = lines[Symbol.asyncIterator]();
  let waits = true;
  try {
    for (;;) {
      const next = await iterator.next();
      if (next.done) return;
      waits = !next.value.done && follows(next.value);
      yield next.value;
    }
  } finally {
    if (waits) await Promise.race([readOn(iterator), lastLineTime()]);
  }
}

/**
 * Whether the last line may come right behind a token: at the cap, and where a stop string was cut off
 * the token. Any other end comes a token's time later.
 */
export function lastLineFollows(
  maxTokens: number,
  stop: readonly string[] = [],
): (line: Line) => boolean {
  let lines = 0;
  let plain = true;
  return ({ text }) => {
    lines += 1;
    plain &&= isAscii(text);
    const atCap = lines >= maxTokens || !plain;
    return atCap || (stop.length > 0 && mayEndAtStop(text));
  };
}

/** A character of several tokens comes as one line, so lines are counted only while there is none. */
function isAscii(text: string): boolean {
  return !/[^\p{ASCII}]/u.test(text);
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
