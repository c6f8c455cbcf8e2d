import { readFileSync, statSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { buildFim, familyOf } from '../../server/completion/families.ts';
import { EmbeddedEngine } from '../../server/engines/embedded/embedded.ts';
import type { Engine } from '../../server/engines/engine.ts';
import { OllamaEngine } from '../../server/engines/ollama/ollama.ts';
import { probe } from '../../server/engines/probe.ts';
import { slotReleases } from '../../bench/slot-releases.ts';
import { REAL_MODEL, startRealOllama } from '../support/real-ollama.ts';

/** `node test/engine/measure.ts ollama|embedded`: the figures of docs/engines.md, on this machine. */

const ROUNDS = 5;
const SOURCE = readFileSync(join(import.meta.dirname, 'conformance.ts'), 'utf8');

const which = process.argv[2] === 'embedded' ? 'embedded' : 'ollama';
const server = which === 'ollama' ? await startRealOllama() : null;
const engine: Engine =
  which === 'embedded' ? new EmbeddedEngine() : new OllamaEngine({ url: server?.url ?? '' });

try {
  console.log(`${which} ${await engine.version()}, ${cpus().length} x ${cpus()[0]?.model ?? '?'}`);
  console.log('probe', JSON.stringify({ ...(await probe(engine, REAL_MODEL)), model: undefined }));
  for (const suffixChars of [100, 300]) await firstToken(suffixChars);
  await abortInPrefill();
  await abortInStream();
  console.log(`load average at the end: ${loadavg()[0]?.toFixed(1) ?? '?'}`);
} finally {
  await engine.dispose();
  await server?.stop();
}

/** Cold: nothing cached. Again: all cached. Keystroke: one more character, the suffix as it was. */
async function firstToken(suffixChars: number): Promise<void> {
  const times: Record<'cold' | 'again' | 'keystroke', number[]> = {
    cold: [],
    again: [],
    keystroke: [],
  };
  for (let round = 0; round < ROUNDS; round++) {
    const start = round * 300;
    const prefix = `// ${Math.random()}\n${SOURCE.slice(start, start + 1180)}`;
    const suffix = SOURCE.slice(start + 1190, start + 1190 + suffixChars);
    times.cold.push(await timeOf(prefix, suffix));
    times.again.push(await timeOf(prefix, suffix));
    times.keystroke.push(await timeOf(prefix + SOURCE.slice(start + 1180, start + 1181), suffix));
  }
  for (const [name, all] of Object.entries(times)) {
    console.log(`first token, 1200 + ${suffixChars} characters, ${name}: ${spread(all)}`);
  }
  if (server) {
    const last = slotReleases(server.logFile).slice(-3);
    for (const { promptTokens, cachedTokens } of last) {
      console.log(`  prompt of ${promptTokens} tokens, ${cachedTokens} of them cached`);
    }
  }
}

/** From the abort to the first token of a short request behind it. */
async function abortInPrefill(): Promise<void> {
  const times: number[] = [];
  for (let round = 0; round < 5; round++) {
    const abort = new AbortController();
    const stream = open(`// ${Math.random()}\n${SOURCE.slice(0, 5000)}`, '\n', 1, abort.signal);
    const first = stream.next().catch(() => null);
    await sleep(200);
    abort.abort();
    await first;
    times.push(await timeOf('const a = ', ';\n'));
  }
  console.log(
    `abort after 200 ms of prefilling 5,000 characters, then a short one: ${spread(times)}`,
  );
}

async function abortInStream(): Promise<void> {
  const times: number[] = [];
  const overshoot: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const from = server ? statSync(server.logFile).size : 0;
    const stream = open('def add(a, b):\n    return ', '\n\nprint(add(1, 2))\n', 100);
    for (let token = 0; token < 5; token++) await stream.next();
    await stream.return({ end: 'cap', promptTokens: null, tokens: null });
    times.push(await timeOf('const a = ', ';\n'));
    const released = server && slotReleases(server.logFile, from)[0];
    if (released) overshoot.push(released.generatedTokens - 5);
  }
  console.log(`abort after 5 tokens, then a short one: ${spread(times)}`);
  if (overshoot.length > 0) console.log(`overshoot, tokens: ${overshoot.join(' ')}`);
}

async function timeOf(prefix: string, suffix: string): Promise<number> {
  const at = performance.now();
  const stream = open(prefix, suffix, 1);
  await stream.next();
  const ms = performance.now() - at;
  await stream.return({ end: 'cap', promptTokens: null, tokens: null });
  return ms;
}

function open(
  prefix: string,
  suffix: string,
  maxTokens: number,
  signal = new AbortController().signal,
) {
  const family = familyOf(REAL_MODEL);
  if (!family) throw new Error(`${REAL_MODEL} is of no known family`);
  const prompt = { raw: buildFim(family, prefix, suffix) };
  return engine.generate({ model: REAL_MODEL, prompt, maxTokens, alternatives: 0, signal });
}

function spread(values: readonly number[]): string {
  const sorted = values.toSorted((a, b) => a - b).map(Math.round);
  const median = sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
  return `median ${median} ms, ${sorted[0] ?? '?'} to ${sorted.at(-1) ?? '?'} (n ${sorted.length})`;
}
