import { parseArgs } from 'node:util';
import type { Command } from '../command.ts';
import { COMMON_OPTIONS, daemonOptions } from '../common-options.ts';

/** The daemon, for any editor that speaks LSP on standard input and output. */
export const serveCommand: Command = {
  usage: 'serve --stdio',
  summary: 'the daemon, for an editor that speaks LSP on standard input and output',
  async run(args) {
    const { values } = parseArgs({
      args,
      options: { ...COMMON_OPTIONS, stdio: { type: 'boolean' } },
    });
    const { stateDir, engine, url, model } = await daemonOptions(values);
    const own = ['--stdio', '--state', stateDir, '--engine', engine];
    // An address that nobody named stays a setting of the editor's.
    if (url !== undefined && (values.url !== undefined || process.env['OLLAMA_HOST'])) {
      own.push('--url', url);
    }
    if (model !== undefined) own.push('--model', model);
    process.argv.splice(2, Infinity, ...own);
    await import('../../server/main.ts');
    return new Promise<never>(() => undefined);
  },
};
