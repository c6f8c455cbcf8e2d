/**
 * `npm run demo:learning`: sets up what is missing, then lets two scripted users write in turn with the real daemon and
 * engine, and shows how the operating point follows them. With `--url` that Ollama is used, else the one that `npm start`
 * uses. Other arguments are the command's (`shortstop demo-learning --help`).
 */
import { mkdir, rm } from 'node:fs/promises';
import { join, relative } from 'node:path';

import { runInTerminal } from './command.mjs';
import { readyEngine } from './engine.mjs';
import { PINNED_NODE, ROOT } from './install.mjs';
import { runAsProgram, say } from './say.mjs';
import { prepare } from './setup.mjs';

/** A database of its own, made anew by each run. */
const STATE = join(ROOT, '.shortstop', 'demo-learning');

/**
 * @param {string[]} engine
 * @param {string[]} args
 */
async function demo(engine, args) {
  await rm(STATE, { recursive: true, force: true });
  await mkdir(STATE, { recursive: true });
  const own = ['cli/main.ts', 'demo-learning', '--state', relative(ROOT, STATE)];
  return runInTerminal(PINNED_NODE, [...own, ...engine, ...args], { cwd: ROOT });
}

await runAsProgram(import.meta.url, async () => {
  const args = process.argv.slice(2);
  await prepare({ log: say });
  if (args.includes('--url')) return demo([], args);
  const engine = await readyEngine({ log: say });
  try {
    return await demo(engine.args, args);
  } finally {
    await engine.stop();
  }
});
