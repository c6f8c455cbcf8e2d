import { appendFile } from 'node:fs/promises';
import type { TraceToken } from '../../server/stopping/trace.ts';
import type { Task } from '../traces.ts';
import { LabelWatch } from './label.ts';
import type { StreamEnd } from './stream.ts';

/** A task, and whether its recording ends as soon as the label is known. */
export interface Job {
  readonly task: Task;
  readonly labelsOnly: boolean;
}

/** Where tokens come from; `streamTokens` with its prompt and options bound. */
export type TokenSource = (
  task: Task,
  signal: AbortSignal,
) => AsyncGenerator<TraceToken, StreamEnd, void>;

const inTuple = ({ text, logprob, alternatives, arrivedMs }: TraceToken): unknown[] => [
  text,
  round(logprob),
  alternatives?.map((other) => [other.text, round(other.logprob)]) ?? null,
  ...(arrivedMs === undefined ? [] : [arrivedMs]),
];

/** What a row keeps of its task: where the code may not be kept, the pointer to it and none of the code. */
function keptOf(task: Task): object {
  if (!task.at) return task;
  const { id, at, lang, kind, typed } = task;
  return { id, at, lang, kind, typed };
}

function round(value: number | null): number | null {
  return value === null ? null : Math.round(value * 1e4) / 1e4;
}

/** Records one task; the row is what a trace file's line holds. */
export async function recordTask(
  { task, labelsOnly }: Job,
  model: string,
  cap: number,
  source: TokenSource,
  signal: AbortSignal,
): Promise<object> {
  const started = performance.now();
  const abort = new AbortController();
  const stream = source(task, AbortSignal.any([signal, abort.signal]));
  const watch = labelsOnly ? new LabelWatch(task.gold) : null;
  const tokens: TraceToken[] = [];
  let end: StreamEnd | null = null;
  let labelled = false;
  while (!labelled && end === null) {
    const next = await stream.next();
    if (next.done) end = next.value;
    else {
      tokens.push(next.value);
      labelled = watch?.add(next.value.text) ?? false;
    }
  }
  if (labelled) {
    abort.abort();
    await stream
      .return({ done: null, promptTokens: null, promptMs: null, evalMs: null })
      .catch(() => undefined);
  }
  return {
    ...keptOf(task),
    model,
    order: 'psm',
    cap,
    tokens: tokens.map(inTuple),
    done: labelled ? 'label' : end?.done,
    prompt_tokens: end?.promptTokens ?? null,
    prompt_ms: end?.promptMs ?? null,
    eval_ms: end?.evalMs ?? null,
    wall_ms: Math.round(performance.now() - started),
  };
}

export interface Progress {
  readonly recorded: number;
  readonly failed: number;
  readonly left: number;
  /** Milliseconds until the last one, at the mean pace so far; null before the first. */
  readonly remainingMs: number | null;
}

/**
 * Records jobs, several at once, appending one line each to a file. A job that fails is tried once
 * more; an interrupted recording loses only the requests under way.
 */
export async function recordAll(
  jobs: readonly Job[],
  slots: number,
  record: (job: Job) => Promise<object>,
  file: string,
  onProgress: (progress: Progress) => void,
  signal: AbortSignal,
): Promise<Progress> {
  const started = performance.now();
  let next = 0;
  let recorded = 0;
  let failed = 0;
  let writing = Promise.resolve();
  const progress = (): Progress => {
    const left = jobs.length - recorded - failed;
    const pace = (performance.now() - started) / (recorded + failed);
    return { recorded, failed, left, remainingMs: Number.isFinite(pace) ? pace * left : null };
  };
  // A call, as the signal may change between two looks at it.
  const stopped = () => signal.aborted;
  const work = async () => {
    for (;;) {
      const job = jobs[next];
      next += 1;
      if (!job || stopped()) return;
      try {
        const row = await record(job).catch(() => record(job));
        writing = writing.then(() => appendFile(file, `${JSON.stringify(row)}\n`));
        await writing;
        recorded += 1;
      } catch (error) {
        if (stopped()) return;
        failed += 1;
        if (failed > 20 && recorded === 0) throw error;
      }
      onProgress(progress());
    }
  };
  await Promise.all(Array.from({ length: slots }, work));
  return progress();
}
