import { parseArgs } from 'node:util';
import { simCommand } from '../../bench/sim/command.ts';
import { experimentLines } from '../../shared/experiment-words.ts';
import type { StartExperimentParams } from '../../shared/learning-protocol.ts';
import type { Experiment } from '../../shared/stats.ts';
import { DEFAULT_SETTINGS } from '../../shared/settings.ts';
import { Daemon } from '../../server/daemon.ts';
import { ExperimentError } from '../../server/learning/experiment/definition.ts';
import type { Command } from '../command.ts';
import { COMMON_OPTIONS, daemonOptions } from '../common-options.ts';
import { UsageError } from '../usage-error.ts';

const OPTIONS = {
  ...COMMON_OPTIONS,
  a: { type: 'string', multiple: true },
  b: { type: 'string', multiple: true },
  on: { type: 'string' },
  json: { type: 'boolean' },
} as const;

/** What each act prints. */
type Act = (daemon: Daemon, values: Values) => Experiment | null | Promise<Experiment>;
type Values = ReturnType<typeof parsed>['values'];

const ACTS: Readonly<Record<string, Act>> = {
  start: (daemon, values) =>
    daemon.experiments.start(paramsOf(values), daemon.override(DEFAULT_SETTINGS)),
  status: (daemon) => daemon.experiments.current(),
  stop: (daemon) => daemon.experiments.stop(),
};

export const experimentCommand: Command = {
  usage:
    'experiment start --b KEY=VALUE... [--a KEY=VALUE...] [--on matches|tokens|latency|acceptance|any] | status | stop | adopt | self-test   [--json]',
  summary:
    'compares two settings on your own typing, half of the stretches each; without --a with the defaults',
  async run(args) {
    const { values, positionals } = parsed(args);
    const [act = '', ...more] = positionals;
    if (act === 'self-test' && more.length === 0) {
      await simCommand(['experiments'], (line) => process.stdout.write(`${line}\n`));
      return 0;
    }
    const known = ACTS[act];
    if ((!known && act !== 'adopt') || more.length > 0) {
      throw new UsageError(`"${positionals.join(' ')}" is no act of an experiment`);
    }
    const daemon = new Daemon(await daemonOptions(values));
    try {
      const text = known ? shown(await known(daemon, values), values) : adopted(daemon, values);
      process.stdout.write(`${text}\n`);
      return 0;
    } catch (error) {
      if (!(error instanceof ExperimentError)) throw error;
      process.stderr.write(`shortstop experiment: ${error.message}\n`);
      return 1;
    } finally {
      await daemon.dispose();
    }
  },
};

function parsed(args: string[]) {
  return parseArgs({ args, options: OPTIONS, allowPositionals: true });
}

function shown(experiment: Experiment | null, { json }: Values): string {
  if (json) return JSON.stringify(experiment, null, 2);
  return experiment ? experimentLines(experiment).join('\n') : 'There is no experiment.';
}

/** The settings to write: what a command line can't do for an editor. */
function adopted(daemon: Daemon, { json }: Values): string {
  const settings = daemon.experiments.adopt();
  const named = Object.fromEntries(
    Object.entries(settings).map(([key, value]) => [`shortstop.${key}`, value]),
  );
  const text = JSON.stringify(named, null, 2);
  return json ? text : `Put this into your editor's settings:\n${text}`;
}

function paramsOf({ a = [], b = [], on = 'matches' }: Values): StartExperimentParams {
  // What it may be is said by whoever starts it.
  const endpoint = on as StartExperimentParams['endpoint'];
  return { a: settingsOf(a), b: settingsOf(b), endpoint };
}

function settingsOf(pairs: readonly string[]): StartExperimentParams['a'] {
  return Object.fromEntries(
    pairs.map((pair) => {
      const [key = '', value] = pair.split(/=(.*)/s);
      if (value === undefined) throw new UsageError(`"${pair}": write KEY=VALUE`);
      const name = key.replace(/^shortstop\./, '');
      return [name, value !== '' && Number.isFinite(Number(value)) ? Number(value) : value];
    }),
  );
}
