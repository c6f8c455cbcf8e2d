/** Ways to run a command. Plain Node >= 20. */
import { spawn, spawnSync } from 'node:child_process';
import { createInterface } from 'node:readline';

/** @returns {string | undefined} what follows an option in the arguments */
export function optionValue(args, option) {
  const at = args.indexOf(option);
  return at === -1 ? undefined : args[at + 1];
}

/** @returns {boolean} whether a program of this name starts at all */
export function hasCommand(name, args = ['--version']) {
  return spawnSync(name, args, { stdio: 'ignore' }).status === 0;
}

/**
 * Runs a command in this terminal; Ctrl+C is its own to answer.
 * @param {string} name
 * @param {string[]} args
 * @param {{ cwd?: string }} [options]
 * @returns {Promise<number>} its exit code
 * @throws {Error} where it does not start
 */
export async function runInTerminal(name, args, { cwd } = {}) {
  const child = spawn(name, args, { cwd, stdio: 'inherit' });
  const stop = () => child.kill('SIGINT');
  process.once('SIGINT', stop);
  try {
    const code = await new Promise((resolve, reject) => {
      child.once('error', reject);
      child.once('exit', resolve);
    });
    return code ?? 1;
  } finally {
    process.off('SIGINT', stop);
  }
}

/**
 * Runs a command and keeps its output's end, for an error message that helps.
 * @param {string} name
 * @param {string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv, onLine?: (line: string) => void }} [options]
 * @throws {Error} with the last lines of the output
 */
export async function runCommand(name, args, { cwd, env = process.env, onLine } = {}) {
  const child = spawn(name, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
  const tail = [];
  for (const stream of [child.stdout, child.stderr]) {
    createInterface({ input: stream }).on('line', (line) => {
      tail.push(line);
      if (tail.length > 20) tail.shift();
      onLine?.(line);
    });
  }
  const code = await new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  if (code !== 0) {
    throw new Error(`\`${[name, ...args].join(' ')}\` failed (exit ${code}):\n${tail.join('\n')}`);
  }
}
