import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { proportion } from '../../server/figures/proportion.ts';
import { isExactMatch } from '../../server/stopping/match.ts';
import { formatShare } from '../../shared/figures.ts';
import { StatsRequest } from '../../shared/protocol.ts';
import { DEFAULT_SETTINGS } from '../../shared/settings.ts';
import { addressOf, ready } from '../live/arm.ts';
import { heldOutTasks } from '../live/tasks.ts';
import { startDaemon, type RunningDaemon } from '../session/daemon-client.ts';
import { SimulatedEditor, type GhostText } from '../session/editor.ts';
import type { Task } from '../traces.ts';
import { readWeights, SHIPPED_WEIGHTS } from '../train/weights.ts';

export const CANDIDATES_USAGE =
  'candidates --url URL [--from DIR|TASKS…] [--count 100] [--model NAME] [--preset NAME] [--seed N]';

const ROOT = join(import.meta.dirname, '../..');
const BUNDLE = join(ROOT, 'dist/server.cjs');

/** What came of one place at which something was offered. */
interface Demand {
  /** Whether each candidate is what stood there in truth, the one on show first. */
  readonly right: readonly boolean[];
  /** That the further ones took. */
  readonly tokens: number;
}

/**
 * `candidates`: held-out tasks through the real daemon and the real engine: what is offered, and what comes where
 * somebody then asks for further candidates.
 */
export async function candidatesCommand(
  args: string[],
  print: (line: string) => void,
): Promise<void> {
  const { values } = parseArgs({
    args,
    options: {
      url: { type: 'string' },
      'engine-log': { type: 'string' },
      model: { type: 'string', default: DEFAULT_SETTINGS.model },
      from: { type: 'string', multiple: true, default: [ROOT] },
      count: { type: 'string', default: '100' },
      preset: { type: 'string', default: DEFAULT_SETTINGS.stopping.preset },
      seed: { type: 'string', default: '1' },
    },
  });
  const { url, model, from, preset } = values;
  if (url === undefined) throw new Error(`usage: ${CANDIDATES_USAGE}`);
  const { problems: trained } = (await readWeights(SHIPPED_WEIGHTS.lite)).trainedOn;
  const chosen = { from, count: Number(values.count), seed: Number(values.seed), trained };
  const { tasks } = await heldOutTasks(chosen);
  const state = await mkdtemp(join(tmpdir(), 'shortstop-candidates-'));
  const daemon = await startDaemon({
    node: process.execPath,
    args: [BUNDLE, 'serve', '--stdio', '--url', url, '--model', model, '--state', state],
    folder: ROOT,
    settings: { ...{ debounce: 0, controlRate: 0, withheldRate: 0 }, stopping: { preset } },
    initializationOptions: { simulatedUser: true },
    onLog: () => undefined,
  });
  try {
    await Promise.race([ready(daemon.connection), daemon.gone]);
    const demands: Demand[] = [];
    for (const task of tasks) {
      const demand = await Promise.race([demandOf(task, daemon), daemon.gone]);
      if (demand) demands.push(demand);
    }
    for (const line of inWords(demands, tasks.length)) print(line);
  } finally {
    await daemon.stop();
    await rm(state, { recursive: true, force: true });
  }
}

/** Null where nothing is offered. */
async function demandOf(task: Task, { connection }: RunningDaemon): Promise<Demand | null> {
  const uri = `file:///candidates/${addressOf(task)}`;
  const { prompt, suffix, gold, lang } = task;
  const editor = await SimulatedEditor.open(connection, uri, lang, '');
  await editor.replace(0, 0, prompt + suffix);
  await editor.replace(prompt.length, prompt.length, '');
  if (!(await editor.ask())) return null;
  const spent = async () => (await connection.sendRequest(StatsRequest.type, {})).tokens.spent;
  const before = await spent();
  const all = await editor.askAll();
  const { text } = editor;
  const after = ({ start, end, text: inserted }: GhostText) =>
    text.slice(0, start) + inserted + text.slice(end);
  const wanted = prompt + gold + suffix;
  return {
    right: all.map((ghost) => isExactMatch(after(ghost), wanted)),
    tokens: (await spent()) - before,
  };
}

function inWords(demands: readonly Demand[], tasks: number): string[] {
  const wrong = demands.filter(({ right }) => !right[0]);
  const tokens = demands.reduce((sum, demand) => sum + demand.tokens, 0);
  return [
    `something on show: ${share(demands.length, tasks)}`,
    `of these right: ${share(demands.length - wrong.length, demands.length)}`,
    `a second candidate: ${count(demands, ({ right }) => right.length > 1)}`,
    `a third: ${count(demands, ({ right }) => right.length > 2)}`,
    `right where the first is wrong, the second: ${count(wrong, ({ right }) => right[1] === true)}`,
    `the third: ${count(wrong, ({ right }) => right[2] === true)}`,
    `tokens a demand: ${(tokens / Math.max(1, demands.length)).toFixed(1)}`,
  ];
}

function count(demands: readonly Demand[], met: (demand: Demand) => boolean): string {
  return share(demands.filter(met).length, demands.length);
}

function share(hits: number, n: number): string {
  const { value, low, high } = proportion(hits, n);
  if (value === null || low === null || high === null) return 'no place';
  return `${hits} of ${n}, ${formatShare(value)} (${formatShare(low)} to ${formatShare(high)})`;
}
