import { appendFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { z } from 'zod';

const decisionSchema = z.object({
  rule: z.string(),
  reason: z.string(),
  tokens: z.number(),
  offset: z.number(),
});

const rowSchema = z.object({
  arm: z.string(),
  task: z.string(),
  lang: z.string(),
  kind: z.string(),
  /** Place of the arm in the task's order, from 0. */
  turn: z.number(),
  /** By the engine's own log: of the prompt, of it in the slot already, generated. */
  promptTokens: z.number(),
  cachedTokens: z.number(),
  engineTokens: z.number(),
  /** Tokens that reached the daemon. */
  streamTokens: z.number(),
  ended: z.string(),
  /** Made live. */
  decision: decisionSchema,
  /** Of the shipped rule, on the stream as it was received; null where the daemon kept none. */
  replayed: decisionSchema.nullable(),
  /** Milliseconds from the editor's request. */
  answerMs: z.number(),
  firstTokenMs: z.number().nullable(),
  stopMs: z.number(),
  /** Something was offered; the document with it taken is what its author wrote. */
  offered: z.boolean(),
  exact: z.boolean(),
});

/** What one request of the live comparison gave; numbers, without its text. */
export type LiveRow = z.infer<typeof rowSchema>;
export type Decided = LiveRow['decision'];

/** What rows of one file have in common; another run may not be mixed into them. */
const runSchema = z.object({
  run: z.object({
    model: z.string(),
    preset: z.string(),
    daemon: z.string(),
    seed: z.number(),
    tasks: z.number(),
  }),
});
export type LiveRun = z.infer<typeof runSchema>['run'];

/** Rows of a JSONL file, written as they come; a run that was interrupted goes on where it was. */
export class RowFile {
  readonly rows: LiveRow[] = [];
  readonly #file: string;

  /** @throws Error where the file holds another run */
  constructor(file: string, run: LiveRun) {
    this.#file = file;
    if (!existsSync(file)) {
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, `${JSON.stringify({ run })}\n`);
      return;
    }
    const [first = '', ...lines] = readFileSync(file, 'utf8').trimEnd().split('\n');
    const before = runSchema.safeParse(JSON.parse(first));
    if (!before.success || JSON.stringify(before.data.run) !== JSON.stringify(run)) {
      throw new Error(`${file} is of another run; name another file, or delete it`);
    }
    for (const line of lines) this.rows.push(rowSchema.parse(JSON.parse(line)));
  }

  has(arm: string, task: string): boolean {
    return this.rows.some((row) => row.arm === arm && row.task === task);
  }

  add(row: LiveRow): void {
    this.rows.push(row);
    appendFileSync(this.#file, `${JSON.stringify(row)}\n`);
  }
}
