/**
 * `npm run quantise -- --to Q3_K_M [--model NAME] [--url URL]`: another quantisation of a model that `model.mjs` knows, made
 * with the `llama-quantize` that was built beside Ollama, and given to an Ollama as `NAME-q3_k_m`. The source is
 * quantised already, so some quality is lost twice. Plain Node >= 20.
 */
import { existsSync } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { optionValue, runCommand } from './command.mjs';
import { MODEL } from './engine.mjs';
import { getModel, modelsFolder, nameOfModel } from './model.mjs';
import { ollamaUrl } from './ollama-host.mjs';
import { buildOllama, createModel, ollamaAnswers, quantiser } from './ollama.mjs';
import { runAsProgram, say } from './say.mjs';

/**
 * @param {{ model: string, to: string, log: (line: string) => void }} options
 * @returns {Promise<{ name: string, file: string }>} what Ollama is to call it, and its GGUF file
 * @throws {Error} for a kind that llama-quantize does not know
 */
export async function quantised({ model, to, log }) {
  const source = await getModel(model, { log });
  await buildOllama({ log });
  const name = `${model}-${to.toLowerCase()}`;
  const file = join(modelsFolder(), `${name.replace(':', '-')}.gguf`);
  if (!existsSync(file)) {
    log(`quantising ${model} to ${to}`);
    const part = `${file}.part`;
    try {
      await runCommand(quantiser(), ['--allow-requantize', source, part, to]);
      await rename(part, file);
    } finally {
      await rm(part, { force: true });
    }
  }
  return { name, file };
}

await runAsProgram(import.meta.url, async () => {
  const args = process.argv.slice(2);
  const to = optionValue(args, '--to');
  if (to === undefined) throw new Error('--to wants a quantisation, for instance Q3_K_M or Q8_0');
  const model = nameOfModel(optionValue(args, '--model') ?? MODEL);
  const url = optionValue(args, '--url') ?? ollamaUrl(process.env);
  if (!(await ollamaAnswers(url)))
    throw new Error(`No Ollama answers at ${url}; name one with --url.`);
  const { name, file } = await quantised({ model, to, log: say });
  await createModel({ url, name, gguf: file, log: say });
  say(`ready: ${name} at ${url}`);
});
