import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { DEFAULT_SETTINGS } from '../../shared/settings.ts';
import { quantile } from '../replay/bootstrap.ts';
import type { Task } from '../traces.ts';
import { LiveArm } from './arm.ts';
import { sameDecision } from './fidelity.ts';
import { heldOutTasks } from './tasks.ts';

export const LIVE_USAGE =
  'live --url URL --engine-log FILE [--tasks FILE] [--count 100] [--controls 20] [--model NAME]';

const ROOT = join(import.meta.dirname, '../..');
const OURS = 'as shipped';
const OFF = 'stopping off';
const CONTROL = 'control';
const RULES: readonly (readonly [name: string, args: readonly string[]])[] = [
  [OURS, []],
  ['first newline', ['--rule', 'first-newline']],
  [OFF, ['--rule', 'no-stop']],
];

/**
 * `live`: held-out tasks through the real daemon and the real engine, under each rule in turn; which
 * comes first changes with every task, since the first one fills the engine's prefix cache. Tokens are
 * those of the engine's own log. Without memory and with windows of a fixed size.
 */
export async function liveCommand(args: string[], print: (line: string) => void): Promise<void> {
  const { values } = parseArgs({
    args,
    options: {
      url: { type: 'string' },
      'engine-log': { type: 'string' },
      model: { type: 'string', default: DEFAULT_SETTINGS.model },
      tasks: { type: 'string', default: join(ROOT, '../shared/data/tasks-dev.jsonl.gz') },
      count: { type: 'string', default: '100' },
      controls: { type: 'string', default: '20' },
    },
  });
  const { url, 'engine-log': engineLog, model } = values;
  if (url === undefined || engineLog === undefined) throw new Error(`usage: ${LIVE_USAGE}`);
  const tasks = await heldOutTasks(values.tasks, Number(values.count));
  const controls = Number(values.controls);
  const state = await mkdtemp(join(tmpdir(), 'shortstop-live-'));
  const start = (name: string, extra: readonly string[], controlRate = 0) =>
    LiveArm.start({
      name,
      controlRate,
      engineLog,
      folder: ROOT,
      args: [
        join(ROOT, 'dist/server.cjs'),
        ...['serve', '--stdio', '--state', join(state, name.replaceAll(' ', '-'))],
        ...['--url', url, '--model', model, '--without-reuse', ...extra],
      ],
    });
  const arms: LiveArm[] = [];
  try {
    for (const [name, extra] of RULES) arms.push(await start(name, extra));
    const control = await start(CONTROL, [], 1);
    arms.push(control);
    const compared = arms.filter((arm) => arm !== control);
    for (const [index, task] of tasks.entries()) {
      const first = index % compared.length;
      for (const arm of [...compared.slice(first), ...compared.slice(0, first)]) {
        await arm.run(task, index);
      }
      if (index < controls) await control.run(task, index);
      if ((index + 1) % 10 === 0) print(`  ${index + 1} of ${tasks.length} tasks`);
    }
    const [off] = compared.filter(({ name }) => name === OFF);
    for (const arm of compared) printArm(arm, off ?? arm, print);
    printFidelity(control, tasks, print);
  } finally {
    await Promise.all(arms.map((arm) => arm.stop()));
    await rm(state, { recursive: true, force: true });
  }
}

function printArm(arm: LiveArm, off: LiveArm, print: (line: string) => void): void {
  const { results } = arm;
  const total = sum(results.map(({ engineTokens }) => engineTokens));
  const without = sum(off.results.map(({ engineTokens }) => engineTokens));
  const stopped = results.filter(({ report }) => report.ended === 'stopped');
  const overshoot = stopped.map(({ engineTokens, report }) => engineTokens - report.tokensAtStop);
  const decided = sum(results.map(({ report }) => report.tokensAtStop)) / results.length;
  const offered = results.filter(({ report }) => report.served !== '');
  const decoding = results.map(({ report }) => report.stopMs - (report.firstTokenMs ?? 0));
  print(
    `${arm.name}: ${(total / results.length).toFixed(2)} tokens a request at the engine (${decided.toFixed(2)} up to the stop), ${((100 * total) / without).toFixed(1)} % of ${off.name}`,
  );
  print(
    `  ${results.filter(({ exact }) => exact).length} exact, ${offered.length} offered, n = ${results.length}`,
  );
  if (overshoot.length > 0) print(`  overshoot, tokens: ${spread(overshoot)}`);
  print(`  time to the answer, ms: ${spread(results.map(({ answerMs }) => answerMs))}`);
  if (offered.length > 0) {
    print(`  where a text was served, ms: ${spread(offered.map(({ answerMs }) => answerMs))}`);
  }
  print(`  from the first token to the stop, ms: ${spread(decoding)}`);
}

function printFidelity(
  control: LiveArm,
  tasks: readonly Task[],
  print: (line: string) => void,
): void {
  const { results } = control;
  const same = results.filter((result, index) => {
    const task = tasks[index];
    return task !== undefined && sameDecision(task, result);
  });
  const beyond = results.filter(({ report }) => report.tokens > report.tokensAtStop);
  print(
    `fidelity: ${same.length} of ${results.length} control requests give the same decision replayed; ${beyond.length} of them ran on`,
  );
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

function spread(values: readonly number[]): string {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (p: number) => quantile(sorted, p).toFixed(1);
  return `p50 ${at(0.5)}, p95 ${at(0.95)}, mean ${(sum(values) / values.length).toFixed(2)} (n = ${values.length})`;
}
