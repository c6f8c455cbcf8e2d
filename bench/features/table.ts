import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { gzipSync } from 'node:zlib';
import { compact, compactTraceSchema, expanded } from '../../server/learning/fit/compact-trace.ts';
import type { FeatureTrace } from '../../server/learning/fit/feature-trace.ts';
import { readRows } from '../jsonl.ts';

/** Writes feature traces, gzipped, one JSON object a line. */
export async function writeFeatures(file: string, traces: readonly FeatureTrace[]): Promise<void> {
  const lines = traces.map((trace) => JSON.stringify(compact(trace)));
  await writeFile(file, gzipSync(`${lines.join('\n')}\n`, { level: 9 }));
}

/**
 * Reads what `writeFeatures` wrote.
 * @throws TraceError at a line of another form, such as one of an older set of features
 */
export async function readFeatures(file: string): Promise<FeatureTrace[]> {
  const traces: FeatureTrace[] = [];
  for await (const trace of readRows(file, compactTraceSchema, expanded)) traces.push(trace);
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
