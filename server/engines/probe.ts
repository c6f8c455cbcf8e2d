import { ALTERNATIVES } from '../stopping/trace.ts';
import type { Capabilities, Engine } from './engine.ts';

/** All that can be known of a model: looked up, then measured. @throws EngineError */
export async function probe(
  engine: Engine,
  model: string,
  signal?: AbortSignal,
): Promise<Capabilities> {
  return engine.measure(await engine.look(model, signal), signal);
}

/** Asks for one token of a short prompt: does the engine generate at all? @throws EngineError */
export async function tryOut(engine: Engine, model: string, signal: AbortSignal): Promise<void> {
  await run(engine, model, signal, SHORT);
}

/** Before anything was measured. */
export const UNMEASURED: Measured = {
  logprobs: false,
  msPerToken: null,
  msPerTokenWithAlternatives: null,
  prefillTokensPerSecond: null,
};

/** Figures of a few short requests; null where the engine gave too little to tell. */
export interface Measured {
  readonly logprobs: boolean;
  readonly msPerToken: number | null;
  readonly msPerTokenWithAlternatives: number | null;
  readonly prefillTokensPerSecond: number | null;
}

const TOKENS = 12;
const SHORT = { raw: 'a = 1\n', alternatives: 0, tokens: 1 };
/** Plain text that any model goes on with, about as long as a prompt. */
const LINES = 14;

/**
 * Measures decoding with and without alternatives, and prefill as the extra time to the first token of a
 * long prompt over that of the same prompt once it is cached. Each twice, and the faster counts: other
 * work on the machine only ever makes it slower. Each once on a prompt that is cached and once on one that
 * is not, after which the first tokens are slower.
 * @param nonce makes the prompt differ from what the engine may have cached
 * @throws EngineError
 */
export async function measure(
  engine: Engine,
  model: string,
  nonce: string,
  signal: AbortSignal | undefined,
): Promise<Measured> {
  await run(engine, model, signal, SHORT);
  const ask = (raw: string, alternatives: number) =>
    run(engine, model, signal, { raw, alternatives, tokens: TOKENS });
  const [one, other] = [promptOf(nonce), promptOf(`again ${nonce}`)];
  const cold = await ask(one, 0);
  const warmWith = await ask(one, ALTERNATIVES);
  const coldWith = await ask(other, ALTERNATIVES);
  const warm = await ask(other, 0);
  const prefillMs = least([cold, coldWith], 'firstMs') - least([warm, warmWith], 'firstMs');
  const { promptTokens } = cold;
  return {
    logprobs: cold.logprobs,
    msPerToken: finite(least([cold, warm], 'msPerToken')),
    msPerTokenWithAlternatives: finite(least([coldWith, warmWith], 'msPerToken')),
    prefillTokensPerSecond:
      promptTokens !== null && prefillMs > 0 ? finite((promptTokens / prefillMs) * 1000) : null,
  };
}

/** Infinite where none was measured. */
function least(runs: readonly Run[], key: 'firstMs' | 'msPerToken'): number {
  return Math.min(...runs.map((one) => one[key] ?? Infinity));
}

const finite = (value: number): number | null => (Number.isFinite(value) ? value : null);

interface Run {
  readonly firstMs: number | null;
  readonly msPerToken: number | null;
  readonly promptTokens: number | null;
  readonly logprobs: boolean;
}

async function run(
  engine: Engine,
  model: string,
  signal: AbortSignal | undefined,
  ask: { readonly raw: string; readonly alternatives: number; readonly tokens: number },
): Promise<Run> {
  const times: number[] = [];
  let logprobs = true;
  const stream = engine.generate({
    model,
    prompt: { raw: ask.raw },
    maxTokens: ask.tokens,
    alternatives: ask.alternatives,
    signal: signal ?? new AbortController().signal,
  });
  for (;;) {
    const next = await stream.next();
    if (next.done) {
      const first = times[0];
      const last = times.at(-1);
      return {
        firstMs: first ?? null,
        msPerToken:
          first !== undefined && last !== undefined && times.length > 1
            ? (last - first) / (times.length - 1)
            : null,
        promptTokens: next.value.promptTokens,
        logprobs: logprobs && times.length > 0,
      };
    }
    times.push(next.value.arrivedMs ?? 0);
    logprobs &&= next.value.logprob !== null;
  }
}

function promptOf(nonce: string): string {
  const lines = Array.from({ length: LINES }, (_, n) => `const value${n} = compute(${n}, '${n}');`);
  return `// ${nonce}\n${lines.join('\n')}\n`;
}
