import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { DEFAULT_SETTINGS } from '../../shared/settings.ts';
import { atEngine, atEngineInWords } from '../pace/at-engine.ts';
import { GPU_PACE } from '../pace/pace.ts';
import { loadTraces, type Task } from '../traces.ts';
import { readWeights, SHIPPED_WEIGHTS } from '../train/weights.ts';
import { LiveArm } from './arm.ts';
import { armOrders } from './order.ts';
import { RowFile } from './rows.ts';
import { SharedEngine } from './shared-engine.ts';
import { inWords } from './summary.ts';
import { countsOf, heldOutTasks } from './tasks.ts';

export const LIVE_USAGE = `live --url URL --engine-log FILE [--from DIR|TASKS…] [--count 100] [--controls 20] [--model NAME]
         [--preset NAME] [--seed N] [--out FILE.jsonl] [--pace gpu]`;

const ROOT = join(import.meta.dirname, '../..');
const BUNDLE = join(ROOT, 'dist/server.cjs');
const OURS = 'as shipped';
const OFF = 'stopping off';
const CONTROL = 'control';
const RULES: readonly (readonly [name: string, args: readonly string[]])[] = [
  [OURS, []],
  ['first newline', ['--rule', 'first-newline']],
  [OFF, ['--rule', 'no-stop']],
];
const NAMES = { compared: RULES.map(([name]) => name), ours: OURS, off: OFF, control: CONTROL };

interface Step {
  readonly arm: LiveArm;
  readonly task: Task;
  readonly turn: number;
}

/**
 * `live`: held-out tasks through the real daemon and the real engine, under each rule in an order that a
 * seed decides, each time with nothing of the prompt in the engine's slot. Tokens are those of the
 * engine's own log. Without memory and with windows of a fixed size. Interrupted, it says what it has;
 * with the same `--out` it goes on there. With `--pace gpu`, `from` names the recorded traces that the engine at
 * that pace answers with, and all rules are computed on those tasks too.
 */
export async function liveCommand(args: string[], print: (line: string) => void): Promise<void> {
  const { values } = parseArgs({
    args,
    options: {
      url: { type: 'string' },
      'engine-log': { type: 'string' },
      model: { type: 'string', default: DEFAULT_SETTINGS.model },
      from: { type: 'string', multiple: true, default: [ROOT] },
      count: { type: 'string', default: '100' },
      controls: { type: 'string', default: '20' },
      preset: { type: 'string', default: DEFAULT_SETTINGS.stopping.preset },
      seed: { type: 'string', default: '1' },
      out: { type: 'string' },
      pace: { type: 'string' },
    },
  });
  const { url, 'engine-log': engineLog, model, from, preset } = values;
  if (url === undefined || engineLog === undefined) throw new Error(`usage: ${LIVE_USAGE}`);
  const seed = Number(values.seed);
  const weights = await readWeights(SHIPPED_WEIGHTS.lite);
  const { tasks, trainedOn } = await heldOutTasks({
    ...{ from, count: Number(values.count), seed },
    trained: weights.trainedOn.problems,
  });
  print(`${tasks.length} tasks: ${mixOf(tasks)}; ${trainedOn} files left out as trained on`);
  const state = await mkdtemp(join(tmpdir(), 'shortstop-live-'));
  const daemon = createHash('sha256')
    .update(await readFile(BUNDLE))
    .digest('hex');
  const file = values.out ?? join(state, 'rows.jsonl');
  const results = new RowFile(file, { model, preset, daemon, seed, tasks: tasks.length });

  const stop = new AbortController();
  const interrupt = () => stop.abort(new Error('interrupted'));
  process.once('SIGINT', interrupt);
  process.once('SIGTERM', interrupt);
  const engine = new SharedEngine(url, model, engineLog, stop.signal);
  const arms: LiveArm[] = [];
  const start = async (name: string, extra: readonly string[], controlRate = 0) => {
    const own = ['--state', join(state, name.replaceAll(' ', '-')), '--without-reuse', ...extra];
    const arm = await LiveArm.start({
      ...{ name, preset, controlRate, engine, folder: ROOT, signal: stop.signal },
      args: [BUNDLE, 'serve', '--stdio', '--url', url, '--model', model, ...own],
    });
    arms.push(arm);
    return arm;
  };
  try {
    for (const [name, extra] of RULES) await start(name, extra);
    const orders = armOrders([...arms], tasks.length, seed);
    const control = await start(CONTROL, [], 1);
    const steps = tasks.flatMap((task, index): Step[] => {
      const order = [
        ...(orders[index] ?? []),
        ...(index < Number(values.controls) ? [control] : []),
      ];
      return order.map((arm, turn) => ({ arm, task, turn }));
    });
    const open = steps.filter(({ arm, task }) => !results.has(arm.name, task.id));
    if (open.length < steps.length) print(`${steps.length - open.length} requests done before`);
    const began = performance.now();
    for (const [index, { arm, task, turn }] of open.entries()) {
      results.add(await arm.run(task, turn));
      if ((index + 1) % 20 > 0) continue;
      const left = ((performance.now() - began) / (index + 1)) * (open.length - index - 1);
      print(`  ${index + 1} of ${open.length} requests, ${Math.ceil(left / 60_000)} min left`);
    }
  } finally {
    process.removeListener('SIGINT', interrupt);
    process.removeListener('SIGTERM', interrupt);
    if (results.rows.length > 0) for (const line of inWords(results.rows, NAMES)) print(line);
    if (values.pace !== undefined) {
      const ids = new Set(tasks.map(({ id }) => id));
      const traces = (await loadTraces(from)).filter(({ id }) => ids.has(id));
      for (const line of atEngineInWords(atEngine(traces, GPU_PACE), traces.length)) print(line);
    }
    await Promise.allSettled(arms.map((arm) => arm.stop()));
    await rm(state, { recursive: true, force: true });
  }
}

function mixOf(tasks: readonly Task[]): string {
  const counted = (words: readonly string[]) =>
    [...countsOf(words)].map(([word, n]) => `${n} ${word}`).join(', ');
  return `${counted(tasks.map(({ lang }) => lang))}; ${counted(tasks.map(({ kind }) => kind))}`;
}
