import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { Daemon } from '../../server/daemon.ts';
import { profilePage } from '../../shared/profile-page.ts';
import type { Command } from '../command.ts';
import { COMMON_OPTIONS, daemonOptions } from '../common-options.ts';

export const profileCommand: Command = {
  usage: 'profile [--json] [--workspace DIR]',
  summary: 'what was learned of you: thresholds by language and context, and from how many labels',
  async run(args) {
    const { values } = parseArgs({
      args,
      options: {
        ...COMMON_OPTIONS,
        ...{ json: { type: 'boolean' }, workspace: { type: 'string' } },
      },
    });
    const daemon = new Daemon(await daemonOptions(values));
    try {
      const { workspace } = values;
      const root = workspace === undefined ? null : pathToFileURL(`${resolve(workspace)}/`).href;
      const profile = daemon.profile(undefined, root);
      const text = values.json ? JSON.stringify(profile, null, 2) : profilePage(profile).trimEnd();
      process.stdout.write(`${text}\n`);
      return 0;
    } finally {
      await daemon.dispose();
    }
  },
};
