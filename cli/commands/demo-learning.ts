import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { StageFigures } from '../../bench/learning/figures.ts';
import { learningPicture } from '../../bench/learning/picture.ts';
import { PERSONS, runLearning } from '../../bench/learning/session.ts';
import { formatShare } from '../../shared/figures.ts';
import type { Command } from '../command.ts';
import { COMMON_OPTIONS, daemonOptions } from '../common-options.ts';
import { atLeastOne } from '../at-least-one.ts';
import { print } from '../print.ts';
import { UsageError } from '../usage-error.ts';

const ROOT = join(import.meta.dirname, '../..');
/** Places of one row of the table, at most. */
const STAGE = 10;
/**
 * Every stream runs on to its end, so that what would have been lost is seen in each stretch; 32 tokens at most, so
 * that this takes minutes.
 */
const SETTINGS = {
  controlRate: 1,
  withheldRate: 0,
  debounce: 0,
  stopping: { preset: 'balanced', maxTokens: 32 },
};

const OPTIONS = {
  ...COMMON_OPTIONS,
  seed: { type: 'string', default: '1' },
  places: { type: 'string', default: '60' },
  picture: { type: 'string' },
} as const;

export const demoLearningCommand: Command = {
  usage: 'demo-learning [--places N] [--seed N] [--picture FILE] --state DIR',
  summary: 'two scripted users in turn, and how the operating point follows them',
  async run(args) {
    const { values } = parseArgs({ args, options: OPTIONS });
    if (values.state === undefined) {
      throw new UsageError('--state is missing: scripted users get a database of their own');
    }
    const { stateDir, engine, url, model } = await daemonOptions(values);
    if (existsSync(join(stateDir, 'shortstop.db'))) {
      throw new UsageError(`${stateDir} already holds a database: give the demo a new folder`);
    }
    const wanted = atLeastOne(values.places, 'places');
    const perStage = Math.min(STAGE, wanted);
    const places = Math.ceil(wanted / perStage) * perStage;
    for (const { name, says } of PERSONS) print(`taste for ${name}: ${says}`);
    print(`${places} places each, not persons; balanced, every stream runs on to its end.\n`);
    const rowsTo = join(stateDir, 'rows.json');
    const stages = await runLearning({
      daemon: {
        node: process.execPath,
        args: [
          join(ROOT, 'dist/server.cjs'),
          ...['--stdio', '--state', stateDir, '--engine', engine, '--seed', '2'],
          ...(url === undefined ? [] : ['--url', url]),
          ...(model === undefined ? [] : ['--model', model]),
        ],
        onLog: () => undefined,
      },
      settings: SETTINGS,
      folder: join(ROOT, 'samples'),
      seed: atLeastOne(values.seed, 'seed'),
      ...{ places, perStage, rowsTo },
      onStage: ({ taste, boldness }, index) =>
        print(`${index * perStage} places, ${taste}: boldness ${written(boldness)}`),
    });
    print(`\n${tableOf(stages).join('\n')}`);
    print(`\n${movedInWords(stages).join('\n')}`);
    const picture = values.picture ?? join(stateDir, 'learning.svg');
    await writeFile(picture, learningPicture(stages, 'Two scripted users in turn'));
    print(`\npicture: ${picture}\nrows: ${rowsTo} (from ${join(stateDir, 'shortstop.db')})`);
    return 0;
  },
};

function tableOf(stages: readonly StageFigures[]): string[] {
  const head = [
    'taste',
    'requests',
    'tokens',
    'offered',
    'EM',
    'keys saved',
    'tauAlive',
    'boldness',
  ];
  const rows = stages.map((stage) => [
    stage.taste,
    String(stage.requests),
    stage.tokens.toFixed(1),
    formatShare(stage.offered),
    formatShare(stage.em),
    formatShare(stage.keystrokesSaved),
    stage.tauAlive.toFixed(4),
    written(stage.boldness),
  ]);
  return [head, ...rows].map((cells) =>
    cells.map((cell, i) => (i === 0 ? cell.padEnd(13) : cell.padStart(11))).join(''),
  );
}

/** Where each person found the point and where it left it, with its first and its last stage, whichever way they went. */
function movedInWords(stages: readonly StageFigures[]): string[] {
  const size = stages.length / PERSONS.length;
  return PERSONS.map(({ name }, i) => {
    const [first, last] = [stages[i * size], stages[(i + 1) * size - 1]];
    if (!first || !last) throw new RangeError('a person without a stage');
    const found = stages[i * size - 1]?.boldness ?? null;
    const change = (of: (stage: StageFigures) => string) =>
      size === 1 ? of(last) : `${of(first)} -> ${of(last)}`;
    const tokens = change((stage) => stage.tokens.toFixed(1));
    const em = change((stage) => formatShare(stage.em));
    return `${name}: boldness ${written(found)} -> ${written(last.boldness)}, tokens ${tokens}, EM by request ${em}`;
  });
}

function written(boldness: number | null): string {
  return boldness === null ? 'none yet' : boldness.toFixed(2);
}
