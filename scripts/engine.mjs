/**
 * Which engine a session runs on, made ready with its model: an Ollama that runs, else one that is
 * installed, else the embedded one, which needs nothing. Plain Node >= 20.
 */
import { hasCommand } from './command.mjs';
import { installEmbedded } from './embedded.mjs';
import { getModel, getOllamaModel } from './model.mjs';
import { ollamaUrl } from './ollama-host.mjs';
import { buildOllama, builtOllama, ollamaAnswers, startOllama } from './ollama.mjs';

export const MODEL = 'qwen2.5-coder:0.5b';

/**
 * @typedef {object} ReadyEngine
 * @property {string[]} args what the daemon is to be told of it
 * @property {string} title for the terminal
 * @property {string} [url] Ollama's address
 * @property {() => Promise<void>} stop ends what was started here, and only that
 */

/**
 * @param {{ engine?: 'ollama' | 'embedded', log: (line: string) => void }} options
 *   `engine`: without it, the first that is there
 * @returns {Promise<ReadyEngine>}
 * @throws {Error} that says what to do by hand
 */
export async function readyEngine({ engine, log }) {
  const url = ollamaUrl(process.env);
  if (engine !== 'embedded') {
    if (await ollamaAnswers(url)) {
      log(`engine: the Ollama that runs at ${url}`);
      await getOllamaModel(MODEL, { url, log });
      return onOllama(url, async () => {});
    }
    if (hasCommand('ollama')) return started({ binary: 'ollama', log });
    if (engine === 'ollama') return started({ binary: await buildOllama({ log }), log });
  }
  log('engine: embedded (llama.cpp inside Node)');
  await installEmbedded({ log });
  await getModel(MODEL, { log });
  return {
    args: ['--engine', 'embedded', '--model', MODEL],
    title: 'embedded llama.cpp',
    stop: async () => {},
  };
}

/** One of our own, with models in our cache folder, on a free port; it ends with this script. */
async function started({ binary, log }) {
  log(`engine: starting ${binary === builtOllama() ? 'the built Ollama' : 'the installed Ollama'}`);
  const { url, stop } = await startOllama({ binary, log });
  try {
    await getOllamaModel(MODEL, { url, binary, log });
  } catch (error) {
    await stop();
    throw error;
  }
  return onOllama(url, stop);
}

function onOllama(url, stop) {
  const args = ['--engine', 'ollama', '--url', url, '--model', MODEL];
  return { args, title: `Ollama at ${url}`, url, stop };
}
