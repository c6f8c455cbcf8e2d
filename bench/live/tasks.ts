import { createHash } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { hashOf } from '../../server/learning/calibrate/content.ts';
import { cutTasks } from '../record/plan.ts';
import { listSources, readSource } from '../record/sources.ts';
import { seededRandom } from '../../server/learning/random.ts';
import { readTasks, type Task } from '../traces.ts';

/** Cuts of one file to choose from, so that its kind can be one that is still missing. */
const CUTS_PER_FILE = 6;

export interface TaskQuestion {
  /** Folders, cut as `record` cuts them, and task files. */
  readonly from: readonly string[];
  readonly count: number;
  readonly seed: number;
  /** Hashes of the problems that the weights were trained on. */
  readonly trained: readonly string[];
}

export interface ChosenTasks {
  readonly tasks: readonly Task[];
  /** Problems left out because the weights were trained on them. */
  readonly trainedOn: number;
}

/**
 * Tasks of problems that the weights were not trained on, at most one of a file. Left out too:
 * cuts that end in mid-word, and cursors inside a word, where the daemon would not ask the engine.
 * @throws Error where no task is left
 */
export async function heldOutTasks(question: TaskQuestion): Promise<ChosenTasks> {
  const { from, count, seed } = question;
  const trained = new Set(question.trained);
  const found = (await Promise.all(from.map((path) => candidatesOf(path, seed)))).flat();
  const unseen = found.filter(({ problem }) => !trained.has(hashOf(problem)));
  const problems = (tasks: readonly Task[]) => new Set(tasks.map(({ problem }) => problem)).size;
  const tasks = spread(unseen.filter(asksTheEngine), count, seed);
  if (tasks.length === 0) throw new Error(`no held-out tasks in ${from.join(', ')}`);
  return { tasks, trainedOn: problems(found) - problems(unseen) };
}

function numberOf(text: string, seed: number): number {
  return createHash('sha256').update(`${seed}:${text}`).digest().readUInt32LE(0);
}

async function candidatesOf(path: string, seed: number): Promise<Task[]> {
  const tasks: Task[] = [];
  if (!(await stat(path)).isDirectory()) {
    for await (const task of readTasks(path)) tasks.push(task);
    return tasks;
  }
  for (const source of await listSources(path)) {
    const text = await readSource(source);
    if (text === null) continue;
    const random = seededRandom(numberOf(source.name, seed));
    tasks.push(...cutTasks(source, text, CUTS_PER_FILE, random));
  }
  return tasks;
}

function asksTheEngine({ kind, prompt, suffix }: Task): boolean {
  const insideWord = /[\p{L}\p{N}_$]$/u.test(prompt) && /^[\p{L}\p{N}_$]/u.test(suffix);
  return kind !== 'span' && !insideWord;
}

/**
 * One task of a problem at most. The language that has the fewest is next, and of it the kind that is
 * furthest behind its share of all candidates; a seeded shuffle decides the rest.
 */
export function spread(candidates: readonly Task[], count: number, seed: number): Task[] {
  const shares = countsOf(candidates.map(({ kind }) => kind));
  const open = candidates
    .map((task) => ({ task, at: numberOf(task.id, seed) }))
    .sort((a, b) => a.at - b.at)
    .map(({ task }) => task);
  const chosen: Task[] = [];
  const problems = new Set<string>();
  const langs = new Map<string, number>();
  const kinds = new Map<string, number>();
  const filled = ({ lang, kind }: Task) =>
    [langs.get(lang) ?? 0, (kinds.get(kind) ?? 0) / (shares.get(kind) ?? 1)] as const;
  while (chosen.length < count) {
    let best: Task | null = null;
    let least: readonly [number, number] = [Infinity, Infinity];
    for (const task of open) {
      if (problems.has(task.problem)) continue;
      const has = filled(task);
      if (has[0] > least[0] || (has[0] === least[0] && has[1] >= least[1])) continue;
      best = task;
      least = has;
    }
    if (!best) break;
    chosen.push(best);
    problems.add(best.problem);
    langs.set(best.lang, (langs.get(best.lang) ?? 0) + 1);
    kinds.set(best.kind, (kinds.get(best.kind) ?? 0) + 1);
  }
  return chosen;
}

/** How often each word occurs. */
export function countsOf(words: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
  return counts;
}
