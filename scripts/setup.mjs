/** Everything that is missing for a first completion: packages, bundles, engine, model. Idempotent. */
import { optionValue, runCommand } from './command.mjs';
import { readyEngine } from './engine.mjs';
import { getModel, getOllamaModel, nameOfModel } from './model.mjs';
import { installPackages, PINNED_NODE, ROOT } from './install.mjs';
import { runAsProgram, say } from './say.mjs';

/**
 * Packages and bundles, but no engine.
 * @throws {Error} that says what to do by hand
 */
export async function prepare({ log }) {
  await installPackages({ log });
  log('bundling');
  await runCommand(PINNED_NODE, ['esbuild.mjs'], { cwd: ROOT });
}

/** @returns {'ollama' | 'embedded' | undefined} what `--engine` says */
export function engineOption(args) {
  const at = args.indexOf('--engine');
  if (at === -1) return undefined;
  const name = args[at + 1];
  if (name !== 'ollama' && name !== 'embedded') {
    throw new Error('--engine wants `ollama` or `embedded`');
  }
  return name;
}

/** A further model, for instance `1.5b`, beside the one that the engine comes with. */
async function addModel(name, { url }) {
  if (url === undefined) await getModel(name, { log: say });
  else await getOllamaModel(name, { url, log: say });
}

await runAsProgram(import.meta.url, async () => {
  const engine = engineOption(process.argv);
  await prepare({ log: say });
  const ready = await readyEngine({ engine, log: say });
  try {
    const model = optionValue(process.argv, '--model');
    if (model !== undefined) await addModel(nameOfModel(model), ready);
  } finally {
    await ready.stop();
  }
  say(`ready: ${ready.title}`);
});
