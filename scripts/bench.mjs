/** `npm run bench` and what needs no engine: sets up, then runs the laboratory on the pinned Node. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { installPackages, PINNED_NODE, ROOT } from './install.mjs';
import { runAsProgram, say } from './say.mjs';

/**
 * @param {string[]} args a command of `bench/main.ts`, and its arguments
 * @returns {Promise<number>} its exit code
 */
export function runBench(args) {
  const main = join(ROOT, 'bench/main.ts');
  const child = spawn(PINNED_NODE, [main, ...args], { stdio: 'inherit' });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => resolve(code ?? 1));
  });
}

await runAsProgram(import.meta.url, async () => {
  await installPackages({ log: say });
  return runBench(process.argv.slice(2));
});
