import { createStream, type RotatingFileStream } from 'rotating-file-stream';

/** Lines for people who look for a fault; never with code, prompts or answers in them. */
export interface Log {
  info(line: string): void;
  warn(line: string): void;
  error(line: string): void;
}

export type LogLevel = keyof Log;

/** UTF-16 characters of a line; a stack trace has fewer. */
const LONGEST_LINE = 4000;

/** Sends every line to all of `sinks`, as one line, whatever an engine or an editor put into it. */
export function createLog(...sinks: ((level: LogLevel, line: string) => void)[]): Log {
  const to = (level: LogLevel) => (line: string) => {
    for (const sink of sinks) sink(level, asOneLine(line));
  };
  return { info: to('info'), warn: to('warn'), error: to('error') };
}

/** Line breaks, control characters and what turns the direction of reading are written as escapes. */
function asOneLine(text: string): string {
  const line = text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu, (character) => {
    const code = character.codePointAt(0) ?? 0;
    return character === '\n' ? '\\n' : `\\u{${code.toString(16)}}`;
  });
  return line.length <= LONGEST_LINE ? line : `${line.slice(0, LONGEST_LINE)}…`;
}

/** A file in `folder` that is rotated at 1 MB, of which five are kept. */
export function fileSink(folder: string): {
  write: (level: LogLevel, line: string) => void;
  close: () => Promise<void>;
} {
  let stream: RotatingFileStream | null = createStream('shortstop.log', {
    path: folder,
    size: '1M',
    maxFiles: 5,
    mode: 0o600,
  });
  // A full disk must not stop completion; the editor's own log still has the lines.
  stream.on('error', () => (stream = null));
  return {
    write: (level, line) => {
      stream?.write(`${new Date().toISOString()} ${level} ${line}\n`);
    },
    close: () =>
      new Promise((resolve) => {
        if (stream) stream.end(resolve);
        else resolve();
      }),
  };
}
