import { z } from 'zod';
import type { TraceEnd, TraceToken } from '../server/stopping/trace.ts';
import { readRows, TraceError } from './jsonl.ts';

/** A fill-in-the-middle task: what stands before and after the cursor, and what belongs between. */
export interface Task {
  readonly id: string;
  /** The file or exercise it was cut from: tasks of one problem are not independent. */
  readonly problem: string;
  /** VS Code's language id. */
  readonly lang: string;
  /** The kind of cut, as the task file names it. */
  readonly kind: string;
  /** Line breaks are LF. */
  readonly prompt: string;
  readonly suffix: string;
  readonly gold: string;
  /** Letters of the gold's first word that stand before the cursor already. */
  readonly typed: number;
}

/** A task and the tokens that a model generated for it, greedily. */
export interface RecordedTrace extends Task {
  readonly model: string;
  /** Tokens. */
  readonly cap: number;
  readonly tokens: readonly TraceToken[];
  /** `cut`: recording ended once the label was known, so the trace is not complete. */
  readonly end: TraceEnd | 'cut';
}

const tokenSchema = z.tuple([
  z.string(),
  z.number().nullable(),
  z
    .array(z.tuple([z.string(), z.number()]))
    .nullable()
    .optional(),
  z.number().optional(),
]);

const taskSchema = z.object({
  id: z.string().min(1),
  problem: z.string().min(1),
  lang: z.string().min(1),
  kind: z.string().min(1),
  prompt: z.string(),
  suffix: z.string(),
  gold: z.string(),
  typed: z.number().int().min(0).nullish(),
});

const traceSchema = taskSchema.extend({
  model: z.string(),
  cap: z.number().int().positive(),
  tokens: z.array(tokenSchema),
  done: z.enum(['stop', 'length', 'label']).nullish(),
});

/** CRLF and lone CR to LF. */
export function withLineFeeds(text: string): string {
  return text.includes('\r') ? text.replace(/\r\n?/g, '\n') : text;
}

function toTask(row: z.infer<typeof taskSchema>): Task {
  return {
    id: row.id,
    problem: row.problem,
    lang: row.lang,
    kind: row.kind,
    prompt: withLineFeeds(row.prompt),
    suffix: withLineFeeds(row.suffix),
    gold: withLineFeeds(row.gold),
    typed: row.typed ?? 0,
  };
}

function toToken([text, logprob, alternatives, arrivedMs]: z.infer<
  typeof tokenSchema
>): TraceToken {
  return {
    text,
    logprob,
    ...(alternatives && { alternatives: alternatives.map(([t, l]) => ({ text: t, logprob: l })) }),
    ...(arrivedMs !== undefined && { arrivedMs }),
  };
}

function toTrace(row: z.infer<typeof traceSchema>): RecordedTrace {
  const ends = { stop: 'natural-end', length: 'cap', label: 'cut' } as const;
  return {
    ...toTask(row),
    model: row.model,
    cap: row.cap,
    tokens: row.tokens.map(toToken),
    // An engine that breaks off a loop of blanks sends no reason: the stream ended by itself.
    end: row.done ? ends[row.done] : row.tokens.length >= row.cap ? 'cap' : 'natural-end',
  };
}

/**
 * Streams the traces of a JSONL file, gzip or plain, one at a time.
 * @throws TraceError at the first line that is not a trace.
 */
export function readTraces(file: string): AsyncGenerator<RecordedTrace> {
  return readRows(file, traceSchema, toTrace);
}

/**
 * Streams the tasks of a JSONL file, gzip or plain; a trace file serves too.
 * @throws TraceError at the first line that is not a task.
 */
export function readTasks(file: string): AsyncGenerator<Task> {
  return readRows(file, taskSchema, toTask);
}

/**
 * All traces of some files, in order.
 * @throws TraceError
 */
export async function loadTraces(files: readonly string[]): Promise<RecordedTrace[]> {
  const traces: RecordedTrace[] = [];
  for (const file of files) for await (const trace of readTraces(file)) traces.push(trace);
  if (traces.length === 0) throw new TraceError('no-traces', files.join(', '), 0, 'no traces');
  return traces;
}
