import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { readEnsembleRows, type EscalatedRow } from '../../bench/ensemble/rows.ts';
import { runEnsemble } from '../../bench/ensemble/session.ts';
import { PERSONS, runLearning } from '../../bench/learning/session.ts';
import { formatShare } from '../../shared/figures.ts';
import type { ContextGain, Profile } from '../../shared/learned.ts';
import type { Estimate, Experiment } from '../../shared/stats.ts';
import type { Command } from '../command.ts';
import { COMMON_OPTIONS, daemonOptions } from '../common-options.ts';
import { atLeastOne } from '../at-least-one.ts';
import { print } from '../print.ts';
import { UsageError } from '../usage-error.ts';

const ROOT = join(import.meta.dirname, '../..');
/** Nearly every stream runs on to its end, and nothing is offered in some of the stretches: labels that nothing leans on. */
const LEARNING = {
  controlRate: 0.6,
  withheldRate: 0.4,
  debounce: 0,
  stopping: { preset: 'balanced', maxTokens: 32 },
};
/** An experiment of two models that differ this much has its verdict long before. */
const MOST_STRETCHES = 120;

const OPTIONS = {
  ...COMMON_OPTIONS,
  larger: { type: 'string', default: 'qwen2.5-coder:1.5b' },
  seed: { type: 'string', default: '1' },
  places: { type: 'string', default: '60' },
  both: { type: 'string', default: '10' },
} as const;

export const demoEnsembleCommand: Command = {
  usage: 'demo-ensemble [--larger MODEL] [--places N] [--both N] [--seed N] --state DIR',
  summary: 'two models in one database: what is learned, asked of the larger one, and compared',
  async run(args) {
    const { values } = parseArgs({ args, options: OPTIONS });
    if (values.state === undefined)
      throw new UsageError('--state is missing: scripted users get a database of their own');
    const { stateDir, engine, url, model = 'qwen2.5-coder:0.5b' } = await daemonOptions(values);
    if (existsSync(join(stateDir, 'shortstop.db')))
      throw new UsageError(`${stateDir} already holds a database: give the demo a new folder`);
    const seed = atLeastOne(values.seed, 'seed');
    const daemon = {
      node: process.execPath,
      args: [
        join(ROOT, 'dist/server.cjs'),
        ...['--stdio', '--state', stateDir, '--engine', engine, '--seed', '2'],
        ...(url === undefined ? [] : ['--url', url]),
      ],
      onLog: () => undefined,
    };
    const folder = join(ROOT, 'samples');
    const rowsTo = join(stateDir, 'rows.json');
    const places = atLeastOne(values.places, 'places');

    print(`${model}: two persons in turn, ${places} places each\n`);
    for (const { name, says } of PERSONS.slice(0, 2)) print(`${name}: ${says}`);
    const stages = await runLearning({
      ...{
        daemon,
        settings: { ...LEARNING, model },
        folder,
        seed,
        places,
        perStage: places,
        rowsTo,
      },
      onStage: () => undefined,
    });
    for (const { taste, boldness, tokens, em } of stages) {
      const words =
        boldness === null ? 'no label yet' : `boldness ${boldness.toFixed(2)} behind it`;
      print(
        `  ${taste.padEnd(13)} EM ${formatShare(em)}, ${tokens.toFixed(1)} tokens a request, ${words}`,
      );
    }

    const { profile, experiment } = await runEnsemble({
      ...{ daemon, small: model, large: values.larger, folder, seed, rowsTo, print },
      places: atLeastOne(values.both, 'both'),
      mostStretches: MOST_STRETCHES,
    });
    const { escalated, adopted } = await readEnsembleRows(rowsTo);
    for (const line of [
      ...profileLines(profile),
      ...escalationLines(escalated),
      ...experimentLines(experiment),
    ])
      print(line);
    print(`\nrows: ${rowsTo} (from ${join(stateDir, 'shortstop.db')})`);
    return adopted ? 0 : 1;
  },
};

function profileLines({ contexts, gain }: Profile): string[] {
  return [
    '\nthresholds by language and kind of place; gain over those of all places together, on labels not seen before',
    ...contexts.map(({ language, kind, unanchored, anchored, tauAlive, gain: own }) => {
      const labels = `labels: ${unanchored} without an offer, ${anchored} behind one`;
      return `  ${language}, ${kind}: tauAlive ${tauAlive.toFixed(4)}, ${labels}; ${gained(own)}`;
    }),
    `  all of them: ${gained(gain)}`,
  ];
}

function gained({ matches, tokens }: ContextGain): string {
  return `matches ${signed(matches)}, tokens ${signed(tokens)}`;
}

function escalationLines(rows: readonly EscalatedRow[]): string[] {
  return [
    `\n${rows.length} requests were handed on to the larger model`,
    ...rows.map(({ from, to, reason, matched }) => {
      const [small, large] = matched.map((one) => (one === null ? '?' : one ? 'right' : 'wrong'));
      return `  ${from} (${small}) -> ${to} (${large}): ${reason}`;
    }),
  ];
}

function experimentLines({ a, b, verdict, adoptedAt }: Experiment): string[] {
  const arm = (name: string, { units, means }: Experiment['a']) =>
    `${name} ${units} stretches, ${formatShare(means.matches ?? 0)} matches`;
  const ended =
    verdict === null ? 'no verdict' : `${verdict.kind}, winner ${verdict.winner ?? 'none'}`;
  return [
    '\nexperiment: the smaller model (a) against the larger one (b), and a user who keeps what b writes',
    `  ${arm('a', a)}; ${arm('b', b)}; ${ended}${adoptedAt === null ? '' : ', adopted'}`,
  ];
}

function signed({ value, low, high, n }: Estimate): string {
  if (value === null) return `not known yet (n ${n})`;
  const interval = low === null || high === null ? '' : ` [${low.toFixed(3)}, ${high.toFixed(3)}]`;
  return `${value.toFixed(3)}${interval} (n ${n})`;
}
