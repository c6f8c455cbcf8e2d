import { runBench } from './bench.mjs';
import { prepare } from './setup.mjs';
import { getModel } from './model.mjs';
import { MODEL } from './engine.mjs';
import { buildOllama, createModel, startOllama } from './ollama.mjs';
import { runAsProgram, say } from './say.mjs';

/** No prompts kept beside the slot: each request of `live` is to find the same empty engine. */
const FORGETFUL = { LLAMA_ARG_CACHE_RAM: '0' };

/**
 * `npm run bench:latency` and `bench:live`: a measurement against a real Ollama that it starts, the one
 * of its own or that of `--ollama PATH`. Other arguments are the measurement's.
 */
await runAsProgram(import.meta.url, async () => {
  const [name, ...rest] = process.argv.slice(2);
  const at = rest.indexOf('--ollama');
  const [, given] = at < 0 ? [] : rest.splice(at, 2);
  await prepare({ log: say });
  const binary = given ?? (await buildOllama({ log: say }));
  const file = await getModel(MODEL, { log: say });
  const ollama = await startOllama({ binary, env: name === 'live' ? FORGETFUL : {}, log: say });
  try {
    await createModel({ url: ollama.url, name: MODEL, gguf: file, log: say });
    return await runBench([name, '--url', ollama.url, '--engine-log', ollama.logFile, ...rest]);
  } finally {
    await ollama.stop();
  }
});
