import { z } from 'zod';
import type { TraceEnd, TraceToken } from '../server/stopping/trace.ts';
import { readRows, TraceError } from './jsonl.ts';
import { PointedFiles, pointerSchema, type Pointer } from './record/pointer.ts';

/** A fill-in-the-middle task: what stands before and after the cursor, and what belongs between. */
export interface Task {
  readonly id: string;
  /** The file or exercise it was cut from, told by its content: tasks of one problem are not independent. */
  readonly problem: string;
  /** The package that the file is of, whatever its version. */
  readonly packageId?: string | undefined;
  /** Where the task's texts are cut out of, if a row keeps that in their place. */
  readonly at?: Pointer | undefined;
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

/** In the place of a task's texts, where to cut them out again. */
const pointedTaskSchema = taskSchema
  .omit({ problem: true, prompt: true, suffix: true, gold: true })
  .extend({ at: pointerSchema });

const recordingSchema = z.object({
  model: z.string(),
  cap: z.number().int().positive(),
  tokens: z.array(tokenSchema),
  done: z.enum(['stop', 'length', 'label']).nullish(),
});

const traceSchema = taskSchema.extend(recordingSchema.shape);
const pointedTraceSchema = pointedTaskSchema.extend(recordingSchema.shape);

type TaskRow = z.infer<typeof taskSchema> | z.infer<typeof pointedTaskSchema>;
type TraceRow = z.infer<typeof traceSchema> | z.infer<typeof pointedTraceSchema>;

const isPointed = (json: unknown) => typeof json === 'object' && json !== null && 'at' in json;
const taskSchemaOf = (json: unknown) => (isPointed(json) ? pointedTaskSchema : taskSchema);
const traceSchemaOf = (json: unknown) => (isPointed(json) ? pointedTraceSchema : traceSchema);

/** CRLF and lone CR to LF. */
export function withLineFeeds(text: string): string {
  return text.includes('\r') ? text.replace(/\r\n?/g, '\n') : text;
}

function toTask(row: TaskRow, files: PointedFiles): Task {
  const { id, lang, kind } = row;
  const own = { id, lang, kind, typed: row.typed ?? 0 };
  if ('at' in row) return { ...own, at: row.at, ...files.taskOf(row.at) };
  return {
    ...own,
    problem: row.problem,
    prompt: withLineFeeds(row.prompt),
    suffix: withLineFeeds(row.suffix),
    gold: withLineFeeds(row.gold),
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

function toTrace(row: TraceRow, files: PointedFiles): RecordedTrace {
  const ends = { stop: 'natural-end', length: 'cap', label: 'cut' } as const;
  return {
    ...toTask(row, files),
    model: row.model,
    cap: row.cap,
    tokens: row.tokens.map(toToken),
    // An engine that breaks off a loop of blanks sends no reason: the stream ended by itself.
    end: row.done ? ends[row.done] : row.tokens.length >= row.cap ? 'cap' : 'natural-end',
  };
}

/**
 * Streams the traces of a JSONL file, gzip or plain, one at a time. Where a row points into a package, its task
 * is cut out of that again.
 * @throws TraceError at the first line that is not a trace
 * @throws Error where a package is missing or holds another file
 */
export function readTraces(file: string, packages?: string): AsyncGenerator<RecordedTrace> {
  const files = new PointedFiles(packages);
  return readRows<TraceRow, RecordedTrace>(file, traceSchemaOf, (row) => toTrace(row, files));
}

/**
 * Streams the tasks of a JSONL file, gzip or plain; a trace file serves too.
 * @throws TraceError at the first line that is not a task.
 */
export function readTasks(file: string): AsyncGenerator<Task> {
  const files = new PointedFiles();
  return readRows<TaskRow, Task>(file, taskSchemaOf, (row) => toTask(row, files));
}

/**
 * All traces of some files, in order.
 * @param packages the folder that packages were fetched into
 * @throws TraceError
 */
export async function loadTraces(
  files: readonly string[],
  packages?: string,
): Promise<RecordedTrace[]> {
  const traces: RecordedTrace[] = [];
  for (const file of files) {
    for await (const trace of readTraces(file, packages)) traces.push(trace);
  }
  if (traces.length === 0) throw new TraceError('no-traces', files.join(', '), 0, 'no traces');
  return traces;
}
