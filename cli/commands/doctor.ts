import { parseArgs } from 'node:util';
import { Daemon } from '../../server/daemon.ts';
import type { Command } from '../command.ts';
import { COMMON_OPTIONS, daemonOptions } from '../common-options.ts';

export const doctorCommand: Command = {
  usage: 'doctor [--json]',
  summary: 'checks the engine, the model and the database; exit 1 where something is wrong',
  async run(args) {
    const { values } = parseArgs({
      args,
      options: { ...COMMON_OPTIONS, json: { type: 'boolean' } },
    });
    const daemon = new Daemon(await daemonOptions(values));
    try {
      const { checks } = await daemon.doctor();
      if (values.json) process.stdout.write(`${JSON.stringify({ checks }, null, 2)}\n`);
      else {
        for (const { name, ok, detail, advice } of checks) {
          process.stdout.write(`${ok ? 'ok  ' : 'FAIL'}  ${name}: ${detail}\n`);
          if (advice !== undefined) process.stdout.write(`      ${advice}\n`);
        }
      }
      return checks.every(({ ok }) => ok) ? 0 : 1;
    } finally {
      await daemon.dispose();
    }
  },
};
