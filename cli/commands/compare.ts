import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { leftOutInWords } from '../../shared/comparison-words.ts';
import type { ComparedModel, Comparison } from '../../shared/learned.ts';
import { formatDuration, formatEnergy, formatShare } from '../../shared/figures.ts';
import { Daemon } from '../../server/daemon.ts';
import type { Command } from '../command.ts';
import { COMMON_OPTIONS, daemonOptions } from '../common-options.ts';
import { atLeastOne } from '../at-least-one.ts';
import { UsageError } from '../usage-error.ts';

const OPTIONS = {
  ...COMMON_OPTIONS,
  models: { type: 'string' },
  workspace: { type: 'string', default: '.' },
  tasks: { type: 'string' },
  json: { type: 'boolean' },
} as const;

export const compareCommand: Command = {
  usage: 'compare --models A,B[,C] [--workspace DIR] [--tasks N] [--json]',
  summary:
    'the same places of code that git tracks through each model: matches, tokens, time, energy',
  async run(args) {
    const { values } = parseArgs({ args, options: OPTIONS });
    const models = (values.models ?? '').split(',').filter((name) => name !== '');
    if (models.length < 2) throw new UsageError('--models wants two names or more, with commas');
    const tasks = values.tasks === undefined ? undefined : atLeastOne(values.tasks, 'tasks');
    const daemon = new Daemon(await daemonOptions(values));
    const interrupted = new AbortController();
    const interrupt = () => interrupted.abort();
    process.once('SIGINT', interrupt);
    const { settings } = daemon.openWindow();
    try {
      const comparison = await daemon.comparisons.run(
        { workspace: resolve(values.workspace), models, tasks, settings },
        interrupted.signal,
        ({ model, done, of }) => {
          if (done % 10 === 0) process.stderr.write(`${model}: ${done} of ${of}\n`);
        },
      );
      const text = values.json ? JSON.stringify(comparison, null, 2) : lines(comparison).join('\n');
      process.stdout.write(`${text}\n`);
      return 0;
    } finally {
      process.removeListener('SIGINT', interrupt);
      await daemon.dispose();
    }
  },
};

function lines({ tasks, leftOut, models, recommended, why }: Comparison): string[] {
  return [
    `${tasks} places; * no other model is as good in matches, time and energy, and better in one of them`,
    ...(leftOut > 0 ? [leftOutInWords({ leftOut, tasks })] : []),
    ...models.map(line),
    ...(recommended === null ? [] : [`recommended: ${recommended}, ${why}`]),
  ];
}

function line(one: ComparedModel): string {
  const { value, low, high } = one.em;
  const share = (part: number | null) => formatShare(part ?? 0);
  return [
    `${one.isParetoBest ? '*' : ' '} ${one.model} (${one.quantisation})`,
    `EM ${share(value)} (${share(low)} to ${share(high)})`,
    `${one.tokens.toFixed(1)} tokens`,
    `first token ${formatDuration(one.firstTokenMs)}`,
    `answer ${formatDuration(one.ms)}`,
    `loading ${formatDuration(one.loadMs)}`,
    `${formatEnergy(one.joules)} a request, ${one.isEnergyMeasured ? 'measured' : 'estimated'}`,
  ].join('  ');
}
