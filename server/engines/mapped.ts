import type { GenerateEnd } from './engine.ts';

const LEFT: GenerateEnd = { end: 'cap', promptTokens: null, tokens: null };

/** The same stream with other items; leaving it leaves the one below too. */
export async function* mapped<From, To>(
  stream: AsyncGenerator<From, GenerateEnd, void>,
  map: (item: From) => To,
): AsyncGenerator<To, GenerateEnd, void> {
  try {
    for (;;) {
      const next = await stream.next();
      if (next.done) return next.value;
      yield map(next.value);
    }
  } finally {
    await stream.return(LEFT);
  }
}
