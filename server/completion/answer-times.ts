import type { Capabilities } from '../engines/engine.ts';
import type { AnswerCost } from '../learning/cascade/question.ts';

/** Answers of each model that are remembered. */
const REMEMBERED = 9;
/** From so many on what was seen counts, in the place of what was measured at start. */
const ENOUGH = 3;
/** Tokens of an answer before any was seen: the mean of recorded ones. */
const USUAL_TOKENS = 6;

type Model = Pick<Capabilities, 'prefillTokensPerSecond' | 'msPerToken'> & {
  readonly model: { readonly name: string };
};

interface Seen {
  readonly firstTokenMs: number[];
  readonly tokens: number[];
}

/** How long each model's answers took lately, loading the model where the engine had to swap. */
export class AnswerTimes {
  readonly #seen = new Map<string, Seen>();

  /** @param firstTokenMs from when the engine was asked; null where no token came */
  add(model: string, firstTokenMs: number | null, tokens: number): void {
    const seen = this.#seen.get(model) ?? { firstTokenMs: [], tokens: [] };
    if (firstTokenMs !== null) remember(seen.firstTokenMs, firstTokenMs);
    remember(seen.tokens, tokens);
    this.#seen.set(model, seen);
  }

  /** Of the model's next answer. */
  expected(model: Model, promptTokens: number): Omit<AnswerCost, 'swapBackMs'> {
    const seen = this.#seen.get(model.model.name);
    const tokens = typical(seen?.tokens) ?? USUAL_TOKENS;
    return {
      firstTokenMs: typical(seen?.firstTokenMs) ?? prefillMs(model, promptTokens),
      decodeMs: tokens * (model.msPerToken ?? 0),
      tokens,
    };
  }

  /** What its first tokens took longer than the whole prompt's prefill: the engine had to load it. Milliseconds. */
  swapMs(model: Model, promptTokens: number): number {
    const seen = typical(this.#seen.get(model.model.name)?.firstTokenMs);
    return seen === null ? 0 : Math.max(0, seen - prefillMs(model, promptTokens));
  }
}

/** With nothing of the prompt in the engine's cache; 0 before it was measured. */
function prefillMs({ prefillTokensPerSecond, msPerToken }: Model, promptTokens: number): number {
  const prefill = prefillTokensPerSecond ? (promptTokens / prefillTokensPerSecond) * 1000 : 0;
  return prefill + (msPerToken ?? 0);
}

/** The median; null where too few were seen. */
function typical(values: readonly number[] = []): number | null {
  if (values.length < ENOUGH) return null;
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? null;
}

function remember(values: number[], value: number): void {
  values.push(value);
  if (values.length > REMEMBERED) values.shift();
}
