import { existsSync, readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { contextKind } from '../../../server/stopping/reading/context-kind.ts';
import type { CursorContext, TraceEnd, TraceToken } from '../../../server/stopping/trace.ts';

/** A recorded request with what its author had really written there. */
export interface Recorded {
  readonly context: CursorContext;
  readonly gold: string;
  readonly tokens: readonly TraceToken[];
  readonly end: TraceEnd;
}

export const TRACE_FILES = ['traces-dev-0.5b', 'traces-dev-0.5b-2'] as const;

const urlOf = (file: string) =>
  new URL(`../../../../shared/data/${file}.jsonl.gz`, import.meta.url);

/** False, or why a test over recorded traces can't run here. */
export const SKIP_RECORDED: false | string = TRACE_FILES.every((file) => existsSync(urlOf(file)))
  ? false
  : 'the recorded traces (../shared/data/traces-dev-*.jsonl.gz) are not on this machine';

interface Row {
  kind: string;
  lang: string;
  prompt: string;
  suffix: string;
  gold: string;
  tokens: [text: string, logprob: number][];
  done: 'stop' | 'length';
}

/** Complete greedy traces without the kind `span`, whose ends stand in mid-word. */
export function recordedTraces(file: (typeof TRACE_FILES)[number]): Recorded[] {
  return gunzipSync(readFileSync(urlOf(file)))
    .toString('utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Row)
    .filter((row) => row.kind !== 'span')
    .map((row) => ({
      context: {
        prefix: row.prompt,
        suffix: row.suffix,
        languageId: row.lang,
        kind: contextKind(row.prompt, row.suffix, row.lang),
        multiLine: 'auto',
      },
      gold: row.gold,
      tokens: row.tokens.map(([text, logprob]) => ({ text, logprob })),
      end: row.done === 'stop' ? 'natural-end' : 'cap',
    }));
}
