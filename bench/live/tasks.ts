import { existsSync } from 'node:fs';
import { join } from 'node:path';
import weights from '../../server/stopping/weights/qwen2.5-coder-0.5b.json' with { type: 'json' };
import { hashOf } from '../features/extract.ts';
import { placesOf } from '../session/places.ts';
import { readSources } from '../session/session.ts';
import { readTasks, type Task } from '../traces.ts';

const SAMPLES = join(import.meta.dirname, '../../samples');

/**
 * Tasks of problems that the shipped weights were not trained on, `count` of them, evenly spread; cuts
 * that end in mid-word are left out. Without a task file, places of the project's own samples.
 */
export async function heldOutTasks(file: string, count: number): Promise<Task[]> {
  const trained = new Set<string>(weights.trainedOn.problems);
  const tasks: Task[] = [];
  if (!existsSync(file)) tasks.push(...(await sampleTasks()));
  else {
    for await (const task of readTasks(file)) {
      if (task.kind !== 'span' && !trained.has(hashOf(task.problem))) tasks.push(task);
    }
  }
  const step = Math.max(1, tasks.length / count);
  const chosen = Array.from({ length: Math.min(count, tasks.length) }, (_, index) =>
    tasks.at(Math.floor(index * step)),
  );
  return chosen.filter((task) => task !== undefined);
}

async function sampleTasks(): Promise<Task[]> {
  const sources = await readSources(SAMPLES);
  return sources.flatMap((source) =>
    placesOf(source).map(({ start, end, kind, file }, index) => ({
      id: `${file}-${index}`,
      problem: file,
      lang: source.languageId,
      kind,
      prompt: source.text.slice(0, start),
      suffix: source.text.slice(end),
      gold: source.text.slice(start, end),
      typed: 0,
    })),
  );
}
