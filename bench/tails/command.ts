import { writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { candidates } from '../replay/rules.ts';
import { loadTraces } from '../traces.ts';
import { toLine, wholeStream } from './reduce.ts';

export const TAILS_USAGE = 'tails --traces FILE… --out FILE';

/**
 * Reduces complete traces to where the shipped policy stops them, where their first line break is, and how long
 * they would have been: what the simulation of the savings draws from.
 * @throws TraceError on a file that can't be used
 */
export async function tailsCommand(args: string[], print: (line: string) => void): Promise<void> {
  const { values } = parseArgs({
    args,
    options: { traces: { type: 'string', multiple: true }, out: { type: 'string' } },
  });
  const { traces: files = [], out } = values;
  if (files.length === 0 || out === undefined) throw new Error(`usage: ${TAILS_USAGE}`);
  const traces = await loadTraces(files);
  const balanced = candidates(traces).find(({ id }) => id === 'shortstop-balanced');
  if (!balanced) throw new Error('no rule is called shortstop-balanced');
  const streams = traces.flatMap((trace) => wholeStream(trace, balanced) ?? []);
  await writeFile(out, streams.map((stream) => `${toLine(stream)}\n`).join(''));
  print(`${streams.length} of ${traces.length} traces are complete: ${out}`);
}
