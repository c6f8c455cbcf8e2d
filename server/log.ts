import { createStream, type RotatingFileStream } from 'rotating-file-stream';

/** Lines for people who look for a fault; never with code, prompts or answers in them. */
export interface Log {
  info(line: string): void;
  warn(line: string): void;
  error(line: string): void;
}

export type LogLevel = keyof Log;

/** Sends every line to all of `sinks`. */
export function createLog(...sinks: ((level: LogLevel, line: string) => void)[]): Log {
  const to = (level: LogLevel) => (line: string) => {
    for (const sink of sinks) sink(level, line);
  };
  return { info: to('info'), warn: to('warn'), error: to('error') };
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
