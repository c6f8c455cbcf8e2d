import type { Connection } from 'vscode-languageserver/node';
import type { DaemonOptions } from '../daemon.ts';

/** Shows log lines in the editor while its connection lasts; the log's file has them all. */
export function connectionSink({ console }: Connection): NonNullable<DaemonOptions['logSink']> {
  return (level, line) => {
    try {
      console[level](line);
    } catch {
      // The connection is closed.
    }
  };
}
