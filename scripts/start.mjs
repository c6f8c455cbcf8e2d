/**
 * `npm start`: sets up what is missing, then lets a simulated user edit the sample project with the
 * real daemon and engine. `npm start -- --editor` opens VS Code on it instead.
 * Plain Node >= 20, nothing installed.
 */
import { mkdir, rm } from 'node:fs/promises';
import { join, relative } from 'node:path';

import { runInTerminal } from './command.mjs';
import { readyEngine } from './engine.mjs';
import { PINNED_NODE, ROOT } from './install.mjs';
import { openEditor } from './open-editor.mjs';
import { runAsProgram, say } from './say.mjs';
import { engineOption, prepare } from './setup.mjs';

/** A database of its own, made anew by each run, so that a simulated user never mixes with a real one. */
const STATE = join(ROOT, '.shortstop', 'start');

async function simulate(engine) {
  await rm(STATE, { recursive: true, force: true });
  await mkdir(STATE, { recursive: true });
  const args = ['cli/main.ts', 'demo', '--state', relative(ROOT, STATE), ...engine.args];
  return runInTerminal(PINNED_NODE, args, { cwd: ROOT });
}

await runAsProgram(import.meta.url, async () => {
  const args = process.argv.slice(2);
  const name = engineOption(args);
  const editor = args.includes('--editor');
  if (editor && name === 'embedded') {
    throw new Error(
      'The extension works with Ollama; the embedded engine is for the command line.',
    );
  }
  await prepare({ log: say });
  const engine = await readyEngine({ engine: editor ? 'ollama' : name, log: say });
  try {
    if (editor) return await openEditor({ url: engine.url, log: say });
    return await simulate(engine);
  } finally {
    await engine.stop();
  }
});
