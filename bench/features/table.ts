import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { gzipSync } from 'node:zlib';
import { z } from 'zod';
import { FEATURE_NAMES, FIXED_FEATURES } from '../../server/stopping/reading/features.ts';
import { readRows } from '../jsonl.ts';
import type { FeatureTrace } from '../../server/learning/fit/feature-trace.ts';

/** One line of a feature file; what stays the same over a request stands once. */
const lineSchema = z.object({
  problem: z.string(),
  packageId: z.string().optional(),
  lang: z.string(),
  kind: z.string(),
  complete: z.boolean(),
  decided: z.boolean().optional(),
  matched: z.boolean(),
  reachable: z.boolean(),
  tokens: z.number().int(),
  baselines: z.record(z.string(), z.object({ matched: z.boolean(), tokens: z.number().int() })),
  fixed: z.array(z.number()).length(FIXED_FEATURES),
  moving: z.array(z.array(z.number()).length(FEATURE_NAMES.full.length - FIXED_FEATURES)),
  /** Tokens after which serving would be a match. */
  done: z.array(z.number().int()),
});

/** Writes feature traces, gzipped, one JSON object a line. */
export async function writeFeatures(file: string, traces: readonly FeatureTrace[]): Promise<void> {
  const lines = traces.map(({ rows, ...rest }) => {
    const fixed = rows[0]?.features.slice(0, FIXED_FEATURES) ?? new Array(FIXED_FEATURES).fill(0);
    const moving = rows.map(({ features }) => features.slice(FIXED_FEATURES));
    const done = rows.flatMap((row, i) => (row.done ? [i] : []));
    return JSON.stringify({ ...rest, fixed, moving, done });
  });
  await writeFile(file, gzipSync(`${lines.join('\n')}\n`, { level: 9 }));
}

/**
 * Reads what `writeFeatures` wrote.
 * @throws TraceError at a line of another form, such as one of an older set of features
 */
export async function readFeatures(file: string): Promise<FeatureTrace[]> {
  const traces: FeatureTrace[] = [];
  const read = readRows(file, lineSchema, ({ fixed, moving, done, ...rest }): FeatureTrace => ({
    ...rest,
    rows: moving.map((own, i) => ({ features: [...fixed, ...own], done: done.includes(i) })),
  }));
  for await (const trace of read) traces.push(trace);
  return traces;
}

/**
 * The traces of several files.
 * @throws TraceError at a line of another form
 */
export async function readAllFeatures(files: readonly string[]): Promise<FeatureTrace[]> {
  return (await Promise.all(files.map(readFeatures))).flat();
}

/** SHA-256 of files, one after the other; hexadecimal. What weights and certificates name their data by. */
export async function sha256Of(files: readonly string[]): Promise<string> {
  const hash = createHash('sha256');
  for (const file of files) hash.update(await readFile(file));
  return hash.digest('hex');
}
