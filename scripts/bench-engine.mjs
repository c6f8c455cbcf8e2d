import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { runBench } from './bench.mjs';
import { prepare } from './setup.mjs';
import { getModel } from './model.mjs';
import { MODEL } from './engine.mjs';
import { installPackages, PINNED_NODE, ROOT } from './install.mjs';
import { buildOllama, createModel, startOllama } from './ollama.mjs';
import { runAsProgram, say } from './say.mjs';

/** No prompts kept beside the slot: each request of `live` is to find the same empty engine. */
const FORGETFUL = { LLAMA_ARG_CACHE_RAM: '0' };
/** What a cascade asks behind the small model. */
const LARGER = 'qwen2.5-coder:1.5b';
/** Recorded on this project's own source. */
const OWN_TRACES = join(ROOT, 'test/fixtures/traces/own-0.5b.jsonl.gz');

/**
 * `npm run bench:latency`, `bench:live`, `bench:cascade`, `bench:candidates` and `bench:typing -- --live N`: a measurement against a real Ollama that it
 * starts, the one of its own or that of `--ollama PATH`; with `--pace gpu`, against recorded traces (`--traces FILE…`) that are
 * answered as fast as a GPU does. Other arguments are the measurement's.
 */
await runAsProgram(import.meta.url, async () => {
  const [name, ...rest] = process.argv.slice(2);
  if ((name === 'typing' && !rest.includes('--live')) || rest.includes('--pairs')) {
    await installPackages({ log: say });
    return runBench([name, ...rest]);
  }
  await prepare({ log: say });
  const pace = taken(rest, '--pace');
  if (pace.length > 0) return paced(name, pace, rest);
  const [given] = taken(rest, '--ollama');
  const binary = given ?? (await buildOllama({ log: say }));
  const models = name === 'cascade' ? [MODEL, LARGER] : [MODEL];
  const ollama = await startOllama({ binary, env: name === 'live' ? FORGETFUL : {}, log: say });
  try {
    for (const model of models) {
      const gguf = await getModel(model, { log: say });
      await createModel({ url: ollama.url, name: model, gguf, log: say });
    }
    return await runBench([name, '--url', ollama.url, '--engine-log', ollama.logFile, ...rest]);
  } finally {
    await ollama.stop();
  }
});

async function paced(name, pace, rest) {
  if (pace.some((each) => each !== 'gpu')) throw new Error('The one pace there is: --pace gpu.');
  const given = taken(rest, '--traces');
  const traces = given.length > 0 ? given : [OWN_TRACES];
  const files = traces.flatMap((file) => ['--traces', file]);
  const tasks =
    name === 'live' ? ['--pace', 'gpu', ...traces.flatMap((file) => ['--from', file])] : files;
  const engine = spawn(PINNED_NODE, [join(ROOT, 'bench/main.ts'), 'engine', ...files], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  try {
    const { value: line } = await createInterface(engine.stdout)[Symbol.asyncIterator]().next();
    if (line === undefined) return 2;
    const { url, log } = JSON.parse(line);
    const own = ['--url', url, '--engine-log', log];
    return await runBench([name, ...own, ...tasks, ...rest]);
  } finally {
    engine.kill();
  }
}

/** Takes an option and its value out of the arguments, as often as it is there. */
function taken(args, option) {
  const values = [];
  for (let at = args.indexOf(option); at >= 0; at = args.indexOf(option)) {
    values.push(args.splice(at, 2)[1]);
  }
  return values;
}
