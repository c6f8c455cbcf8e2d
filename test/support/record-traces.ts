import { writeFileSync } from 'node:fs';
import { buildFim, familyOf } from '../../server/completion/families.ts';
import { OllamaEngine } from '../../server/engines/ollama/ollama.ts';
import { ALTERNATIVES } from '../../server/stopping/trace.ts';
import type { EngineTrace } from './engine-traces.ts';
import { TRACES_FILE } from './engine-traces.ts';
import { REAL_MODEL, startRealOllama } from './real-ollama.ts';
import { SAMPLES } from './trace-samples.ts';

/** `node test/support/record-traces.ts`: records the fixture anew from the real Ollama. */

const CAP = 40;
const ollama = await startRealOllama();
if (!ollama) throw new Error('The real Ollama is not built; run `npm run test:engine` once.');
const engine = new OllamaEngine({ url: ollama.url });
const traces: EngineTrace[] = [];
try {
  for (const { id, prompt, suffix } of SAMPLES) traces.push(await record(id, prompt, suffix));
} finally {
  await ollama.stop();
}
writeFileSync(TRACES_FILE, traces.map((trace) => `${JSON.stringify(trace)}\n`).join(''));

async function record(id: string, prompt: string, suffix: string): Promise<EngineTrace> {
  const family = familyOf(REAL_MODEL);
  if (!family) throw new Error(`${REAL_MODEL} is of no known family`);
  const stream = engine.generate({
    model: REAL_MODEL,
    prompt: { raw: buildFim(family, prompt, suffix) },
    maxTokens: CAP,
    alternatives: ALTERNATIVES,
    signal: new AbortController().signal,
  });
  const tokens: EngineTrace['tokens'][number][] = [];
  for (;;) {
    const next = await stream.next();
    if (next.done) {
      return {
        id,
        prompt,
        suffix,
        model: REAL_MODEL,
        cap: CAP,
        tokens,
        done: next.value.end === 'cap' ? 'length' : 'stop',
        prompt_tokens: next.value.promptTokens ?? 0,
      };
    }
    const { text, logprob, alternatives = [], arrivedMs = 0 } = next.value;
    const others = alternatives.map((each) => [each.text, each.logprob] as const);
    tokens.push([text, logprob ?? 0, others, Math.round(arrivedMs)]);
  }
}
