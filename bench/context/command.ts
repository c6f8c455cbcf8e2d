import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { familyOf } from '../../server/completion/families.ts';
import { OTHER_FILES_CHARS } from '../../server/completion/other-files/room.ts';
import { seedOf } from '../../server/learning/calibrate/order.ts';

import { readRows, TraceError } from '../jsonl.ts';
import { fetchPackage } from '../packages/fetch-package.ts';
import { readPackageList } from '../packages/package-list.ts';
import { interruptible, recordedIds } from '../record/resuming.ts';
import { describeEngine, type EngineOptions } from '../record/stream.ts';
import { PROFILES } from '../typing/profiles.ts';
import { recordStretches } from '../stretches/record.ts';
import { contextJobsOf, type ContextJob } from './jobs.ts';
import { recordContext } from './record.ts';
import { contextTable, paysInWords } from './report.ts';
import { contextRowSchema, type ContextRow } from './row.ts';

export const CONTEXT_USAGE =
  'context [--from FILE] | context --record FILE --url URL [--model NAME] [--threads N] [--limit N] [--minutes N]';

const PACKAGES = fileURLToPath(new URL('../data/packages.json', import.meta.url));
const KEPT = fileURLToPath(new URL('../data/context-0.5b.jsonl.gz', import.meta.url));
/** Stretches of a package, at most one a file. */
const PER_PACKAGE = 4;
const SEED = 1;

interface Recording {
  readonly url: string;
  readonly model: string;
  readonly limit: number;
  /** Null: as many as the engine takes. */
  readonly threads: number | null;
  /** 0: as long as it takes. */
  readonly minutes: number;
}

async function record(
  file: string,
  { url, model, limit, threads, minutes }: Recording,
  print: (line: string) => void,
): Promise<void> {
  const family = familyOf(model);
  if (!family?.repository) throw new Error(`no format for other files is known for ${model}`);
  const packages = (await readPackageList(PACKAGES)).filter(({ part }) => part === 'calibration');
  const found: ContextJob[] = [];
  let cut = 0;
  for (const listed of packages) {
    await fetchPackage(listed);
    const of = await contextJobsOf(listed, PER_PACKAGE, SEED, OTHER_FILES_CHARS);
    found.push(...of.jobs);
    cut += of.cut;
  }
  print(`${found.length} of ${cut} stretches are in files that use other files of their package`);
  const jobs = found.sort((a, b) => seedOf(a.id, SEED) - seedOf(b.id, SEED)).slice(0, limit);
  const options: EngineOptions = {
    ...{ url, model, cap: 48, contextLength: 2048, threads, alternatives: 0 },
  };
  const { version, digest } = await describeEngine(url, model);
  print(`${model} ${digest}, Ollama ${version}, one slot`);
  await mkdir(dirname(file), { recursive: true });
  const done = await recordedIds(file);
  await interruptible(minutes, (signal) =>
    recordStretches(
      jobs.filter(({ id }) => !done.has(id)),
      (job) => recordContext(job, family, options, signal),
      file,
      (recorded, failed) => print(`${recorded} recorded, ${failed} failed`),
      signal,
    ),
  );
}

async function show(file: string, print: (line: string) => void): Promise<void> {
  const rows: ContextRow[] = [];
  for await (const row of readRows(file, contextRowSchema, (each) => each)) rows.push(row);
  if (rows.length === 0) throw new TraceError('no-traces', file, 0, 'no stretch');
  const packages = new Set(rows.map((row) => row.package)).size;
  const profiles = PROFILES.filter(({ id }) => id !== 'blackbox');
  print(
    `${rows.length} stretches of ${packages} packages whose files use others of their package.`,
  );
  print(
    'A person asks at the beginning, and in the middle where nothing of the first offer was taken.',
  );
  print('Paired differences; 95 % intervals are clustered by package.\n');
  for (const { title } of profiles) print(`- ${title}`);
  print(`\n${contextTable(rows, profiles)}\n`);
  for (const line of paysInWords(rows, profiles)) print(line);
}

/** `context`: what definitions of other files in the prompt bring and cost. */
export async function contextCommand(args: string[], print: (line: string) => void): Promise<void> {
  const { values } = parseArgs({
    args,
    options: {
      from: { type: 'string' },
      record: { type: 'string' },
      url: { type: 'string', default: 'http://127.0.0.1:11434' },
      model: { type: 'string', default: 'qwen2.5-coder:0.5b' },
      limit: { type: 'string' },
      minutes: { type: 'string', default: '0' },
      threads: { type: 'string' },
    },
  });
  if (values.record !== undefined) {
    const { url, model } = values;
    const limit = values.limit === undefined ? Infinity : Number(values.limit);
    const threads = values.threads === undefined ? null : Number(values.threads);
    const minutes = Number(values.minutes);
    return record(values.record, { url, model, limit, threads, minutes }, print);
  }
  await show(values.from ?? KEPT, print);
}
