/**
 * `npm run demo:ensemble`: two models in one database, on an Ollama of its own or the one of `--url`, which has to have both.
 * Other arguments are the command's (`shortstop demo-ensemble --help`).
 */
import { mkdir, rm } from 'node:fs/promises';
import { join, relative } from 'node:path';

import { runInTerminal } from './command.mjs';
import { MODEL } from './engine.mjs';
import { PINNED_NODE, ROOT } from './install.mjs';
import { getModel } from './model.mjs';
import { buildOllama, createModel, startOllama } from './ollama.mjs';
import { runAsProgram, say } from './say.mjs';
import { prepare } from './setup.mjs';

const LARGER = 'qwen2.5-coder:1.5b';
/** A database of its own, made anew by each run. */
const STATE = join(ROOT, '.shortstop', 'demo-ensemble');

/** @param {string[]} args */
async function demo(args) {
  await rm(STATE, { recursive: true, force: true });
  await mkdir(STATE, { recursive: true });
  const own = ['cli/main.ts', 'demo-ensemble', '--state', relative(ROOT, STATE)];
  return runInTerminal(PINNED_NODE, [...own, ...args], { cwd: ROOT });
}

await runAsProgram(import.meta.url, async () => {
  const args = process.argv.slice(2);
  await prepare({ log: say });
  if (args.includes('--url')) return demo(args);
  const ollama = await startOllama({ binary: await buildOllama({ log: say }), log: say });
  try {
    for (const name of [MODEL, LARGER]) {
      const gguf = await getModel(name, { log: say });
      await createModel({ url: ollama.url, name, gguf, log: say });
    }
    return await demo(['--url', ollama.url, ...args]);
  } finally {
    await ollama.stop();
  }
});
