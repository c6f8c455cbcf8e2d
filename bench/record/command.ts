import { mkdir, writeFile } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { buildFim, familyOf } from '../../server/completion/families.ts';
import { interleaved, seedOf } from '../../server/learning/calibrate/order.ts';
import { ALTERNATIVES } from '../../server/stopping/trace.ts';
import { readTasks } from '../traces.ts';
import { exactName, PARTS, readPackageList } from '../packages/package-list.ts';
import { tasksOf, tasksOfPackage } from './plan.ts';
import { recordAll, recordTask, type Job } from './recorder.ts';
import { interruptible, recordedIds } from './resuming.ts';
import { describeEngine, generateOptions, streamTokens, type EngineOptions } from './stream.ts';

export const RECORD_USAGE = `record --from DIR|TASKS…|--packages FILE [--part PART] --out FILE [--url URL] [--model NAME] [--labels-only]
         [--complete-share S] [--files N] [--per-file N] [--per-source N] [--limit N] [--slots N] [--threads N] [--cap N]
         [--alternatives N] [--not-in TASKS…] [--seed N] [--minutes N]`;

const clock = (ms: number | null): string => {
  if (ms === null) return '?';
  const minutes = Math.round(ms / 60_000);
  return minutes < 90 ? `${minutes} min` : `${(minutes / 60).toFixed(1)} h`;
};

/**
 * `record`: cuts tasks and records what a model makes of them. Run again with the same arguments, it
 * goes on where it was interrupted.
 */
export async function recordCommand(args: string[], print: (line: string) => void): Promise<void> {
  const { values } = parseArgs({
    args,
    options: {
      from: { type: 'string', multiple: true, default: [] },
      packages: { type: 'string' },
      part: { type: 'string' },
      minutes: { type: 'string' },
      out: { type: 'string' },
      url: { type: 'string', default: 'http://127.0.0.1:11434' },
      model: { type: 'string', default: 'qwen2.5-coder:0.5b' },
      'labels-only': { type: 'boolean', default: false },
      'complete-share': { type: 'string', default: '1' },
      'per-file': { type: 'string', default: '3' },
      'per-source': { type: 'string' },
      files: { type: 'string' },
      limit: { type: 'string' },
      slots: { type: 'string', default: '1' },
      threads: { type: 'string' },
      cap: { type: 'string', default: '128' },
      context: { type: 'string', default: '2048' },
      alternatives: { type: 'string', default: String(ALTERNATIVES) },
      'not-in': { type: 'string', multiple: true, default: [] },
      seed: { type: 'string', default: '1' },
    },
  });
  if ((values.from.length === 0 && values.packages === undefined) || values.out === undefined) {
    throw new Error(
      'name what to cut tasks from, and where to: --from DIR --out FILE, or --packages FILE --out FILE',
    );
  }
  const file = values.out;
  const seed = Number(values.seed);
  const slots = Number(values.slots);
  const completeShare = values['labels-only'] ? 0 : Number(values['complete-share']);
  const options: EngineOptions = {
    url: values.url.replace(/\/$/, ''),
    model: values.model,
    cap: Number(values.cap),
    contextLength: Number(values.context),
    threads: values.threads === undefined ? null : Number(values.threads),
    alternatives: Number(values.alternatives),
  };
  const family = familyOf(options.model);
  if (!family) throw new Error(`no fill-in-the-middle tokens are known for ${options.model}`);

  const excluded = new Set<string>();
  for (const path of values['not-in']) {
    for await (const task of readTasks(path)) excluded.add(task.problem);
  }
  const perFile = Number(values['per-file']);
  const atMost = (count: string | undefined) => (count === undefined ? undefined : Number(count));
  const part = values.part === undefined ? PARTS : [z.enum(PARTS).parse(values.part)];
  const listed = values.packages === undefined ? [] : await readPackageList(values.packages);
  const packages = listed.filter((one) => part.includes(one.part));
  const cut = [
    ...(await Promise.all(values.from.map((from) => tasksOf(from, perFile, seed)))),
    ...(await Promise.all(
      packages.map((one) => tasksOfPackage(one, perFile, seed, atMost(values.files))),
    )),
  ];
  const open = cut.map((tasks) => tasks.filter(({ problem }) => !excluded.has(problem)));
  const tasks = interleaved(open, seed, atMost(values['per-source'])).slice(
    0,
    atMost(values.limit),
  );
  const jobs: Job[] = tasks.map((task) => ({
    task,
    labelsOnly: seedOf(`mode ${task.id}`, seed) / 2 ** 32 >= completeShare,
  }));

  await mkdir(dirname(file), { recursive: true });
  const engine = await describeEngine(options.url, options.model);
  const manifest = {
    engine: 'ollama',
    version: engine.version,
    model: options.model,
    digest: engine.digest,
    options: { ...generateOptions(options), logprobs: true, top_logprobs: options.alternatives },
    order: family.order,
    slots,
    sources: [...values.from.map((from) => basename(resolve(from))), ...packages.map(exactName)],
    perFile,
    completeShare,
    seed,
    tasks: tasks.length,
  };
  await writeFile(
    join(dirname(file), `${file.split('/').at(-1) ?? 'traces'}.manifest.json`),
    `${JSON.stringify(manifest, null, 2)}\n`,
  );
  const done = await recordedIds(file);
  const left = jobs.filter(({ task }) => !done.has(task.id));
  print(
    `${tasks.length} tasks, ${done.size} recorded already, ${left.length} to go with ${slots} at once`,
  );

  let printed = 0;
  const result = await interruptible(Number(values.minutes ?? 0), (interrupted) =>
    recordAll(
      left,
      slots,
      (job) =>
        recordTask(
          job,
          options.model,
          options.cap,
          (task, signal) =>
            streamTokens(buildFim(family, task.prompt, task.suffix), options, signal),
          interrupted,
        ),
      file,
      (progress) => {
        if (performance.now() - printed < 10_000 && progress.left > 0) return;
        printed = performance.now();
        print(
          `${progress.recorded} recorded, ${progress.failed} failed, ${progress.left} left, ${clock(progress.remainingMs)}`,
        );
      },
      interrupted,
    ),
  );
  print(`${result.recorded} recorded, ${result.failed} failed, ${result.left} left`);
}
