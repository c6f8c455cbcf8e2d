import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { runSession } from '../../bench/session/session.ts';
import type { Command } from '../command.ts';
import { COMMON_OPTIONS, daemonOptions } from '../common-options.ts';
import { statsLines } from '../print-stats.ts';
import { beforeMeasuringLines, observedLines, visitLines } from '../print-visit.ts';
import { print } from '../print.ts';
import { UsageError } from '../usage-error.ts';

const ROOT = join(import.meta.dirname, '../..');
const COMPLETIONS = 20;
const MAX_VISITS = 150;
/** Half of the requests are control runs here, so that a short session says what was avoided. */
const SETTINGS = { controlRate: 0.5, debounce: 0 };

const OPTIONS = {
  ...COMMON_OPTIONS,
  seed: { type: 'string', default: '1' },
  /** Times a person's thinking; 0 does without. */
  pace: { type: 'string', default: '1' },
} as const;

export const demoCommand: Command = {
  usage: 'demo [--seed N] [--pace P] --state DIR',
  summary: 'an editing session on samples/ with a simulated user, on a database of its own',
  async run(args) {
    const { values } = parseArgs({ args, options: OPTIONS });
    if (values.state === undefined) {
      throw new UsageError('--state is missing: a simulated user gets a database of its own');
    }
    const { stateDir, engine, url, model } = await daemonOptions(values);
    if (existsSync(join(stateDir, 'shortstop.db'))) {
      throw new UsageError(`${stateDir} already holds a database: give the demo a new folder`);
    }
    const seed = number(values.seed, 'seed');
    print(`A simulated user edits samples/ (seed ${values.seed}, control rate 1/2); not a person.`);
    const { visits, stats, missing } = await runSession({
      daemon: {
        node: process.execPath,
        args: [
          join(ROOT, 'dist/server.cjs'),
          ...['--stdio', '--state', stateDir, '--engine', engine],
          // Not the numbers that the user's own acts are drawn by.
          ...['--seed', String(seed + 1)],
          ...(url === undefined ? [] : ['--url', url]),
          ...(model === undefined ? [] : ['--model', model]),
        ],
        settings: SETTINGS,
        onLog: () => undefined,
      },
      folder: join(ROOT, 'samples'),
      seed,
      pace: number(values.pace, 'pace'),
      completions: COMPLETIONS,
      maxVisits: MAX_VISITS,
      onVisit: (visit, number) => print(visitLines(visit, number).join('\n')),
    });
    print(
      `\nSimulated user, ${visits.length} places of samples/; half of the requests are control runs here,`,
    );
    print('at most one in fifty in the editor:');
    print(
      [...statsLines(stats), ...observedLines(visits, stats), ...beforeMeasuringLines(stats)].join(
        '\n',
      ),
    );
    print(`\nThe same again: npx shortstop stats --state ${stateDir}`);
    if (missing.length === 0) return 0;
    print(`These outcomes did not occur in ${visits.length} places: ${missing.join(', ')}`);
    return 1;
  },
};

function number(text: string, name: string): number {
  const value = Number(text);
  if (text.trim() === '' || !(value >= 0))
    throw new UsageError(`--${name} wants a number, 0 or more`);
  return value;
}
