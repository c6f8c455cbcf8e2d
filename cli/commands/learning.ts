import { readFile, writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { Daemon } from '../../server/daemon.ts';
import type { Command } from '../command.ts';
import { COMMON_OPTIONS, daemonOptions } from '../common-options.ts';
import { UsageError } from '../usage-error.ts';

export const learningCommand: Command = {
  usage: 'learning export FILE | import FILE | reset',
  summary: 'keeps what was learned of the user in a file, takes it over from one, or begins anew',
  async run(args) {
    const { values, positionals } = parseArgs({
      ...{ args, options: COMMON_OPTIONS },
      allowPositionals: true,
    });
    const [act, file] = positionals;
    if (act === undefined || !['export', 'import', 'reset'].includes(act)) {
      throw new UsageError('say whether to export, import or reset');
    }
    const wanted = act === 'reset' ? 1 : 2;
    if (positionals.length !== wanted) throw new UsageError(`${act} wants ${wanted - 1} files`);
    const daemon = new Daemon(await daemonOptions(values));
    try {
      return await ACTS[act as keyof typeof ACTS](daemon, file ?? '');
    } finally {
      await daemon.dispose();
    }
  },
};

const ACTS = {
  async export(daemon: Daemon, file: string): Promise<number> {
    const { text, learners } = daemon.exportLearning();
    await writeFile(file, text, { mode: 0o600 });
    print(`exported to ${file}: ${listed(learners)}`);
    return 0;
  },
  async import(daemon: Daemon, file: string): Promise<number> {
    const { learners, refused } = daemon.importLearning(await readFile(file, 'utf8'));
    print(`taken over: ${listed(learners)}`);
    if (refused.length > 0) print(`left out, of another version: ${listed(refused)}`);
    return refused.length > 0 ? 1 : 0;
  },
  reset(daemon: Daemon): Promise<number> {
    print(`begun anew: ${listed(daemon.resetLearning().learners)}`);
    return Promise.resolve(0);
  },
};

function listed(names: readonly string[]): string {
  return names.join(', ') || 'nothing';
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
