import type { WindowSize } from '../../server/completion/sizing.ts';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { familyOf } from '../../server/completion/families.ts';
import { ALTERNATIVES } from '../../server/stopping/trace.ts';
import { exactName, PARTS, readPackageList } from '../packages/package-list.ts';
import { seedOf } from '../../server/learning/calibrate/order.ts';
import { interruptible, recordedIds } from '../record/resuming.ts';
import { describeEngine, generateOptions, type EngineOptions } from '../record/stream.ts';
import { recordStretch, recordStretches, stretchesOfPackage, type StretchJob } from './record.ts';

/** Of the stretches that are kept, unless their manifest says otherwise. */
export const RECORDED_WINDOW: WindowSize = { prefixChars: 1200, suffixChars: 150 };

export const RECORD_STRETCHES_USAGE = `record --stretches --packages FILE [--part PART] --out FILE [--url URL] [--model NAME] [--per-package N]
         [--limit N] [--slots N] [--threads N] [--cap N] [--prefix CHARS] [--suffix CHARS] [--seed N] [--minutes N]`;

/** Every language its first stretch before any its second, and so on through packages: a fair sample at any time. */
function inTurn(jobs: readonly StretchJob[], seed: number): StretchJob[] {
  const chance = ({ id }: StretchJob) => seedOf(id, seed);
  const byLanguage = Map.groupBy(
    [...jobs].sort((a, b) => chance(a) - chance(b)),
    ({ lang }) => lang,
  );
  return [...byLanguage.values()]
    .flatMap((own) => own.map((job, rank) => ({ job, rank })))
    .sort((a, b) => a.rank - b.rank)
    .map(({ job }) => job);
}

/** `record --stretches`: what a model writes at the places of regions that a person could type; resumes. */
export async function recordStretchesCommand(
  args: string[],
  print: (line: string) => void,
): Promise<void> {
  const { values } = parseArgs({
    args,
    options: {
      stretches: { type: 'boolean' },
      packages: { type: 'string' },
      part: { type: 'string' },
      out: { type: 'string' },
      url: { type: 'string', default: 'http://127.0.0.1:11434' },
      model: { type: 'string', default: 'qwen2.5-coder:0.5b' },
      'per-package': { type: 'string', default: '8' },
      limit: { type: 'string' },
      slots: { type: 'string', default: '1' },
      threads: { type: 'string' },
      cap: { type: 'string', default: '48' },
      prefix: { type: 'string', default: String(RECORDED_WINDOW.prefixChars) },
      suffix: { type: 'string', default: String(RECORDED_WINDOW.suffixChars) },
      seed: { type: 'string', default: '1' },
      minutes: { type: 'string', default: '0' },
    },
  });
  if (values.packages === undefined || values.out === undefined) {
    throw new Error('name what to cut stretches from, and where to: --packages FILE --out FILE');
  }
  const family = familyOf(values.model);
  if (!family) throw new Error(`no fill-in-the-middle tokens are known for ${values.model}`);
  const seed = Number(values.seed);
  const slots = Number(values.slots);
  const options: EngineOptions = {
    url: values.url.replace(/\/$/, ''),
    model: values.model,
    cap: Number(values.cap),
    contextLength: 2048,
    threads: values.threads === undefined ? null : Number(values.threads),
    alternatives: ALTERNATIVES,
  };
  const window = { prefixChars: Number(values.prefix), suffixChars: Number(values.suffix) };
  const parts = values.part === undefined ? PARTS : [z.enum(PARTS).parse(values.part)];
  const packages = (await readPackageList(values.packages)).filter(({ part }) =>
    parts.includes(part),
  );
  const perPackage = Number(values['per-package']);
  const found: StretchJob[] = [];
  for (const listed of packages)
    found.push(...(await stretchesOfPackage(listed, perPackage, seed)));
  const jobs = inTurn(found, seed).slice(
    0,
    values.limit === undefined ? undefined : Number(values.limit),
  );

  const file = values.out;
  await mkdir(dirname(file), { recursive: true });
  const engine = await describeEngine(options.url, options.model);
  const manifest = {
    engine: 'ollama',
    ...engine,
    model: options.model,
    options: { ...generateOptions(options), logprobs: true, top_logprobs: options.alternatives },
    order: family.order,
    window,
    slots,
    sources: packages.map(exactName),
    seed,
    stretches: jobs.length,
  };
  await writeFile(`${file}.manifest.json`, `${JSON.stringify(manifest, null, 2)}\n`);
  const done = await recordedIds(file);
  const left = jobs.filter(({ id }) => !done.has(id));
  print(`${jobs.length} stretches, ${done.size} recorded already, ${left.length} to go`);

  const started = performance.now();
  await interruptible(Number(values.minutes), (signal) =>
    recordStretches(
      left,
      (job) => recordStretch(job, family, options, window, slots, signal),
      file,
      (recorded, failed) => {
        const each = (performance.now() - started) / 1000 / Math.max(1, recorded);
        print(
          `${recorded} recorded, ${failed} failed, ${left.length - recorded - failed} left, ${each.toFixed(1)} s each`,
        );
      },
      signal,
    ),
  );
}
