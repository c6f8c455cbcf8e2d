import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { PACKAGES } from '../packages/command.ts';
import { packageId, PARTS, readPackageList, type Part } from '../packages/package-list.ts';
import { refuseOverlap } from '../../server/learning/certify/calibrate.ts';
import { loadTraces } from '../traces.ts';
import { extract } from './extract.ts';
import type { FeatureTrace } from '../../server/learning/fit/feature-trace.ts';
import { readFeatures, writeFeatures } from './table.ts';

export const RELABEL_USAGE = 'relabel [--traces FILE…] [--packages FILE] [--out DIR]';

const DATA = join(import.meta.dirname, '../data');
/** What is kept of recordings of packages: the model's tokens, and where their tasks are cut out of. */
export const TRACES = join(DATA, 'traces-0.5b.jsonl.gz');

/** The feature file of each part of a folder. */
export const partFile = (part: Part, folder = DATA): string =>
  join(folder, `${part}-0.5b.jsonl.gz`);

const countOf = (traces: readonly FeatureTrace[], unit: (trace: FeatureTrace) => unknown) =>
  new Set(traces.map(unit)).size;

function inWords(traces: readonly FeatureTrace[]): string {
  const matched = traces.filter((trace) => trace.matched).length;
  return `${traces.length} traces of ${countOf(traces, (t) => t.problem)} files in ${countOf(traces, (t) => t.packageId)} packages, ${matched} matches of the reference`;
}

/** What a part's file said before, where it can still be read. */
async function before(file: string): Promise<string> {
  if (!existsSync(file)) return 'none before';
  try {
    return `before: ${inWords(await readFeatures(file))}`;
  } catch {
    return 'before: of another form';
  }
}

/**
 * `relabel`: makes labels and features again after a change of boundaries, rules or repairs. It cuts every
 * task out of its package, replays the reference and the repairs on the recorded tokens, and writes one
 * feature file for each part of the package list. No file and no package may be in two parts.
 * @throws Error where a package is missing or was not listed, or parts overlap
 */
export async function relabelCommand(args: string[], print: (line: string) => void): Promise<void> {
  const { values } = parseArgs({
    args,
    options: {
      traces: { type: 'string', multiple: true, default: [TRACES] },
      packages: { type: 'string', default: PACKAGES },
      out: { type: 'string', default: DATA },
    },
  });
  const list = await readPackageList(values.packages);
  const partOf = new Map(list.map((one) => [packageId(one), one.part]));
  const parts: Record<Part, FeatureTrace[]> = { training: [], calibration: [] };
  for (const trace of await loadTraces(values.traces)) {
    const part = partOf.get(trace.packageId ?? '');
    if (!part) throw new Error(`${trace.id} is of no package of ${values.packages}`);
    parts[part].push(extract(trace));
  }
  refuseOverlap(parts.training, parts.calibration);
  for (const part of PARTS) {
    const file = partFile(part, values.out);
    const was = await before(file);
    await writeFeatures(file, parts[part]);
    print(`${part}: ${inWords(parts[part])} (${was}) in ${file}`);
  }
}
