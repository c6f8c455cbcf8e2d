import { appendFile } from 'node:fs/promises';
import { buildFim, type Family } from '../../server/completion/families.ts';
import type { WindowSize } from '../../server/completion/sizing.ts';
import { readWindow } from '../../server/completion/window.ts';
import type { CursorContext } from '../../server/stopping/trace.ts';
import { cutAt } from '../../server/learning/calibrate/cut.ts';
import { seedOf } from '../../server/learning/calibrate/order.ts';
import { seededRandom } from '../../server/learning/random.ts';
import { exactName, packageId, type ListedPackage } from '../packages/package-list.ts';
import { filesOfPackage } from '../record/plan.ts';
import type { Pointer } from '../record/pointer.ts';
import { streamTokens, type EngineOptions } from '../record/stream.ts';
import { askPlaces, cutRegions } from './cut.ts';

/** What of a document stands around a recorded region: enough for what the daemon's rule and repairs read. */
const KEPT = { before: 1600, after: 400 } as const;

/** A stretch that is to be recorded. */
export interface StretchJob {
  readonly id: string;
  readonly lang: string;
  readonly packageId: string;
  readonly at: Pointer;
  readonly before: string;
  readonly wanted: string;
  readonly after: string;
}

/** Stretches of a package, at most one a file, of files in an order that the seed decides. */
export async function stretchesOfPackage(
  listed: ListedPackage,
  perPackage: number,
  seed: number,
): Promise<StretchJob[]> {
  const jobs: StretchJob[] = [];
  if (perPackage <= 0) return jobs;
  const isCode = (path: string) => !/test|spec/i.test(path);
  for await (const { source, text, sha256, path } of filesOfPackage(listed, seed, isCode)) {
    if (text.length < 1500) continue;
    const random = seededRandom(seedOf(`stretch ${source.name}`, seed));
    for (const { start, end } of cutRegions(text, source.lang, 1, random)) {
      const from = Math.max(0, start - KEPT.before);
      const to = Math.min(text.length, end + KEPT.after);
      const at = { package: exactName(listed), path, sha256, from, cursor: start, end, to };
      const { prompt: before, gold: wanted, suffix: after } = cutAt(text, at);
      jobs.push({
        id: `${source.name}:${start}-${end}`,
        lang: source.lang,
        packageId: packageId(listed),
        ...{ at, before, wanted, after },
      });
    }
    if (jobs.length >= perPackage) break;
  }
  return jobs;
}

/** One place's tokens: `[text, logprob, alternatives]`; the model's own end is a last token without text. */
export type RecordedToken = readonly [
  string,
  number | null,
  readonly (readonly [string, number])[],
];

const round = (value: number | null, digits: number) =>
  value === null ? null : Math.round(value * 10 ** digits) / 10 ** digits;

/** Enough of a text for every rule that goes on behind a line: two whole lines. */
const hasTwoLines = (text: string) => (text.trimStart().match(/\n[ \t]*\S/g)?.length ?? 0) >= 2;

/** What surrounds a place of a stretch, in the window of a recording. */
export function contextAt(
  { before, wanted, after, lang }: Pick<StretchJob, 'before' | 'wanted' | 'after' | 'lang'>,
  offset: number,
  window: WindowSize,
): CursorContext {
  const text = before + wanted.slice(0, offset) + after;
  return readWindow(text, before.length + offset, window, lang, 'auto').context;
}

async function askAt(
  job: StretchJob,
  offset: number,
  family: Family,
  options: EngineOptions,
  window: WindowSize,
  signal: AbortSignal,
): Promise<RecordedToken[]> {
  const { prefix, suffix } = contextAt(job, offset, window);
  const abort = new AbortController();
  const prompt = buildFim(family, prefix, suffix);
  const stream = streamTokens(prompt, options, AbortSignal.any([signal, abort.signal]));
  const tokens: RecordedToken[] = [];
  let written = '';
  for (;;) {
    const next = await stream.next();
    if (next.done) {
      if (next.value.done === 'stop') tokens.push(['', 0, []]);
      return tokens;
    }
    const { text: piece, logprob, alternatives = [] } = next.value;
    tokens.push([
      piece,
      round(logprob, 3),
      alternatives.map((other) => [other.text, round(other.logprob, 2) ?? 0] as const),
    ]);
    written += piece;
    if (!hasTwoLines(written)) continue;
    abort.abort();
    await stream
      .return({ done: null, promptTokens: null, promptMs: null, evalMs: null })
      .catch(() => undefined);
    return tokens;
  }
}

/**
 * Records a stretch: what the engine writes at each of its places, several at once.
 * @returns the row of a stretches file; `tree` has one entry for each character, null where nothing was asked
 */
export async function recordStretch(
  job: StretchJob,
  family: Family,
  options: EngineOptions,
  window: WindowSize,
  slots: number,
  signal: AbortSignal,
): Promise<object> {
  const tree: (RecordedToken[] | null)[] = Array.from({ length: job.wanted.length }, () => null);
  const places = askPlaces(job.wanted);
  const work = async () => {
    for (let place = places.shift(); place !== undefined; place = places.shift()) {
      tree[place] = await askAt(job, place, family, options, window, signal);
    }
  };
  await Promise.all(Array.from({ length: slots }, work));
  const { id, lang, at } = job;
  return { id, lang, at, model: options.model, cap: options.cap, window, tree };
}

/** Records stretches one after the other, each appended to the file as it is done. */
export async function recordStretches<Job>(
  jobs: readonly Job[],
  record: (job: Job) => Promise<object>,
  file: string,
  onProgress: (recorded: number, failed: number) => void,
  signal: AbortSignal,
): Promise<void> {
  let recorded = 0;
  let failed = 0;
  // A call, as the signal may change between two looks at it.
  const stopped = () => signal.aborted;
  for (const job of jobs) {
    if (stopped()) return;
    try {
      await appendFile(file, `${JSON.stringify(await record(job))}\n`);
      recorded += 1;
    } catch (error) {
      if (stopped()) return;
      failed += 1;
      if (failed > 5 && recorded === 0) throw error;
    }
    onProgress(recorded, failed);
  }
}
