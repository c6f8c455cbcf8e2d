import { parseArgs } from 'node:util';
import { Daemon } from '../../server/daemon.ts';
import type { Command } from '../command.ts';
import { COMMON_OPTIONS, daemonOptions } from '../common-options.ts';
import { statsLines } from '../print-stats.ts';

export const statsCommand: Command = {
  usage: 'stats [--json]',
  summary: 'requests, tokens, stops and outcomes in the database',
  async run(args) {
    const { values } = parseArgs({
      args,
      options: { ...COMMON_OPTIONS, json: { type: 'boolean' } },
    });
    const daemon = new Daemon(await daemonOptions(values));
    try {
      const stats = daemon.stats(null);
      const text = values.json ? JSON.stringify(stats, null, 2) : statsLines(stats).join('\n');
      process.stdout.write(`${text}\n`);
      return 0;
    } finally {
      await daemon.dispose();
    }
  },
};
