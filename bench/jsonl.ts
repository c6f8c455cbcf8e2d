import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { pipeline } from 'node:stream';
import { createGunzip } from 'node:zlib';
import type { z } from 'zod';

export type TraceErrorCode = 'unreadable' | 'damaged' | 'not-json' | 'invalid' | 'no-traces';

/** A trace file that can't be used. `line` counts from 1; 0 where no line is to blame. */
export class TraceError extends Error {
  readonly code: TraceErrorCode;
  readonly file: string;
  readonly line: number;
  constructor(code: TraceErrorCode, file: string, line: number, message: string) {
    super(`${file}${line > 0 ? `:${line}` : ''}: ${message}`);
    this.name = 'TraceError';
    this.code = code;
    this.file = file;
    this.line = line;
  }
}

async function isGzip(file: string): Promise<boolean> {
  const handle = await open(file);
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(2), 0, 2, 0);
    return bytesRead === 2 && buffer[0] === 0x1f && buffer[1] === 0x8b;
  } finally {
    await handle.close();
  }
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

async function* readLines(file: string): AsyncGenerator<[line: number, text: string]> {
  let gzip: boolean;
  try {
    gzip = await isGzip(file);
  } catch (error) {
    throw new TraceError('unreadable', file, 0, reasonOf(error));
  }
  let number = 0;
  try {
    // pipeline, unlike pipe, passes on the reader's errors.
    const source = gzip
      ? pipeline(createReadStream(file), createGunzip(), () => undefined)
      : createReadStream(file);
    for await (const text of createInterface({ input: source, crlfDelay: Infinity })) {
      number += 1;
      if (text.trim() !== '') yield [number, text];
    }
  } catch (error) {
    throw new TraceError('damaged', file, number, reasonOf(error));
  }
}

/**
 * Streams a file of one JSON object a line, gzip or plain, each checked by a schema: the same for every line, or
 * by what the line is.
 * @throws TraceError at the first line that does not pass
 */
export async function* readRows<Row, Out>(
  file: string,
  schema: z.ZodType<Row> | ((json: unknown) => z.ZodType<Row>),
  convert: (row: Row) => Out,
): AsyncGenerator<Out> {
  for await (const [line, text] of readLines(file)) {
    let json: unknown;
    try {
      json = JSON.parse(text);
    } catch (error) {
      throw new TraceError('not-json', file, line, reasonOf(error));
    }
    const parsed = (typeof schema === 'function' ? schema(json) : schema).safeParse(json);
    if (!parsed.success) {
      const issue = parsed.error.issues[0];
      const where = issue?.path.join('.') ?? '';
      throw new TraceError('invalid', file, line, `${where}: ${issue?.message ?? 'invalid'}`);
    }
    yield convert(parsed.data);
  }
}
