import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { prepare } from './setup.mjs';
import { PINNED_NODE, ROOT } from './install.mjs';
import { getModel } from './model.mjs';
import { MODEL } from './engine.mjs';
import { buildOllama, createModel, startOllama } from './ollama.mjs';
import { runAsProgram, say } from './say.mjs';

/** `npm run bench:latency` and `bench:live`: a measurement against a real Ollama that it starts. */
await runAsProgram(import.meta.url, async () => {
  await prepare({ log: say });
  await buildOllama({ log: say });
  const file = await getModel(MODEL, { log: say });
  const ollama = await startOllama({ log: say });
  try {
    await createModel({ url: ollama.url, name: MODEL, gguf: file, log: say });
    const [name, ...rest] = process.argv.slice(2);
    const args = [name, '--url', ollama.url, '--engine-log', ollama.logFile, ...rest];
    const child = spawn(PINNED_NODE, [join(ROOT, 'bench/main.ts'), ...args], {
      stdio: 'inherit',
      cwd: ROOT,
    });
    return await new Promise((resolve) => child.once('exit', (code) => resolve(code ?? 1)));
  } finally {
    await ollama.stop();
  }
});
