import { z } from 'zod';
import { STOP_REASONS, type StopReason } from '../../shared/stats.ts';
import { firstNewlineRule } from '../../server/stopping/rules/first-newline.ts';
import { TraceError, readRows } from '../jsonl.ts';
import type { Candidate } from '../replay/run.ts';
import { decide } from '../replay/run.ts';
import { REPLAY_SETTINGS } from '../replay/settings.ts';
import type { RecordedTrace } from '../traces.ts';

/** What a stream would have been without its stop, as numbers: all counts are in tokens. */
export interface WholeStream {
  readonly model: string;
  readonly reason: StopReason;
  readonly atStop: number;
  /** Up to and with the first line break; null where none is written. */
  readonly atNewline: number | null;
  readonly all: number;
  readonly end: 'natural-end' | 'cap';
}

const schema = z.tuple([
  z.string(),
  z.enum(STOP_REASONS),
  z.number().int().min(0),
  z.number().int().positive().nullable(),
  z.number().int().min(0),
  z.enum(['natural-end', 'cap']),
]);

/** Null for a trace that was cut short. */
export function wholeStream(trace: RecordedTrace, candidate: Candidate): WholeStream | null {
  const { model, tokens, end } = trace;
  if (end === 'cut' || tokens.length === 0) return null;
  const stop = decide(candidate.ruleFor(trace), trace, REPLAY_SETTINGS);
  const newline = decide(firstNewlineRule, trace, REPLAY_SETTINGS);
  const atNewline = newline.reason === 'line-end' ? newline.tokens : null;
  return { model, reason: stop.reason, atStop: stop.tokens, atNewline, all: tokens.length, end };
}

export function toLine(stream: WholeStream): string {
  const { model, reason, atStop, atNewline, all, end } = stream;
  return JSON.stringify([model, reason, atStop, atNewline, all, end]);
}

/** @throws TraceError at a line of another form */
export async function readWholeStreams(file: string): Promise<WholeStream[]> {
  const streams: WholeStream[] = [];
  const rows = readRows(
    file,
    () => schema,
    ([model, reason, atStop, atNewline, all, end]): WholeStream => ({
      ...{ model, reason, atStop, atNewline, all, end },
    }),
  );
  for await (const stream of rows) streams.push(stream);
  if (streams.length === 0) throw new TraceError('no-traces', file, 0, 'it holds no stream');
  return streams;
}
