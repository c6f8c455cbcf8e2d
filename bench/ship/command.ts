import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { readFeatures } from '../features/table.ts';
import { fitPolicy } from '../train/fit.ts';
import { crossScore } from '../train/frontier.ts';
import { choosePreset, LEARNED_PRESETS, storedThresholds } from '../train/presets.ts';
import { shortNumber } from '../train/weights.ts';
import { RECORDED_ON } from './recorded-on.ts';

export const SHIP_USAGE = `ship --features FILE… [--out FILE]`;

const SET = 'lite';
const KIND = 'mean';
const FOLDS = 5;
const SEEDS = [1, 2, 3];

/**
 * `ship`: fits the policy on all traces, chooses the presets' thresholds on scores that are held out by
 * problem, and writes the file that the daemon loads. Nothing is certified by it.
 */
export async function shipCommand(args: string[], print: (line: string) => void): Promise<void> {
  const { values } = parseArgs({
    args,
    options: {
      features: { type: 'string', multiple: true, default: [] },
      out: { type: 'string', default: 'server/stopping/weights/qwen2.5-coder-0.5b.json' },
    },
  });
  if (values.features.length === 0) throw new Error('no features: --features FILE');
  const traces = (await Promise.all(values.features.map(readFeatures))).flat();
  const complete = traces.filter((trace) => trace.complete);
  const fit = (part: typeof traces) => fitPolicy(part, SET, KIND);
  const scored = crossScore(traces, (part) => fit([...part]), FOLDS, SEEDS);
  const held = scored.filter(({ trace }) => trace.complete);
  const chosen = LEARNED_PRESETS.map((preset) => [preset, choosePreset(held, preset)] as const);
  for (const [preset, { tokens, matches }] of chosen) {
    const em = ((100 * matches) / held.length).toFixed(1);
    print(`${preset}: ${tokens.toFixed(2)} tokens, EM ${em} % (${matches} of ${held.length})`);
  }
  const hash = createHash('sha256');
  for (const file of values.features) hash.update(await readFile(file));
  const weights = {
    ...RECORDED_ON,
    certified: null,
    presets: Object.fromEntries(
      chosen.map(([preset, point]) => [preset, storedThresholds(point)] as const),
    ),
    ...fit(traces),
    trainedOn: {
      traces: traces.length,
      complete: complete.length,
      sha256: hash.digest('hex'),
      problems: [...new Set(traces.map(({ problem }) => problem))].sort(),
    },
  };
  await writeFile(values.out, `${JSON.stringify(weights, shortNumber)}\n`);
  print(`weights of ${SET} ${KIND} in ${values.out}; certified: nothing`);
}
