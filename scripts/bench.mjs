/** `npm run bench` and what needs no engine: sets up, then runs the laboratory on the pinned Node. */
import { join } from 'node:path';
import { runInTerminal } from './command.mjs';
import { installPackages, PINNED_NODE, ROOT } from './install.mjs';
import { runAsProgram, say } from './say.mjs';

/**
 * @param {string[]} args a command of `bench/main.ts`, and its arguments
 * @returns {Promise<number>} its exit code
 */
export function runBench(args) {
  return runInTerminal(PINNED_NODE, [join(ROOT, 'bench/main.ts'), ...args]);
}

await runAsProgram(import.meta.url, async () => {
  await installPackages({ log: say });
  return runBench(process.argv.slice(2));
});
