import { EngineError } from '../engine.ts';
import type { LoadedModel } from './model.ts';
import type { Answer } from './protocol.ts';
import type { Model, Token } from './runtime.ts';

type Piece = Extract<Answer, { kind: 'token' }>;
type End = Extract<Answer, { kind: 'end' }>;

/** Tokens of a prompt between two looks at the signal; a second or less on a slow CPU. */
const PREFILL_STEP = 64;
/** A character has 4 bytes at most; a token may add bytes of its neighbours. */
const LONGEST_SPLIT = 8;
const CONTEXT_FOR_TEXT = 8;

/**
 * Evaluates what the sequence does not hold yet of the prompt, then generates greedily. Nothing is
 * computed between two calls of `next`.
 * @throws EngineError `refused` where the prompt leaves no room for the answer
 */
export async function* evaluate(
  { model, sequence, contextLength }: LoadedModel,
  prompt: readonly Token[],
  maxTokens: number,
  signal: AbortSignal,
): AsyncGenerator<Piece, End, void> {
  if (prompt.length + maxTokens > contextLength) {
    throw new EngineError('refused', 'The prompt is longer than the context window.');
  }
  const before = prompt.slice(0, -1);
  await sequence.adaptStateToTokens(before, false);
  for (let at = sequence.nextTokenIndex; at < before.length; at += PREFILL_STEP) {
    if (signal.aborted) return endOf('cancelled', prompt, 0);
    await sequence.evaluateWithoutGeneratingNewTokens(before.slice(at, at + PREFILL_STEP));
  }
  const writer = new TextWriter(model, prompt);
  const stream = sequence.evaluateWithMetadata(
    prompt.slice(-1),
    { confidence: true },
    { temperature: 0 },
  );
  let count = 0;
  try {
    while (count < maxTokens) {
      if (signal.aborted) return endOf('cancelled', prompt, count);
      const next = await stream.next();
      count++;
      if (next.done) return endOf('natural-end', prompt, count);
      const text = writer.take(next.value.token, count === maxTokens);
      if (text !== null) {
        yield { kind: 'token', text, logprob: Math.min(0, Math.log(next.value.confidence)) };
      }
    }
    return endOf('cap', prompt, count);
  } finally {
    await stream.return();
  }
}

function endOf(end: End['end'], prompt: readonly Token[], tokens: number): End {
  return { kind: 'end', end, promptTokens: prompt.length, tokens };
}

/** Holds tokens back until they are whole characters. */
class TextWriter {
  readonly #model: Model;
  #last: Token[];
  #held: Token[] = [];

  constructor(model: Model, prompt: readonly Token[]) {
    this.#model = model;
    this.#last = prompt.slice(-CONTEXT_FOR_TEXT);
  }

  take(token: Token, isLast: boolean): string | null {
    this.#held.push(token);
    const text = this.#model.detokenize(this.#held, false, this.#last);
    const isSplit = text.endsWith('\ufffd') && this.#held.length < LONGEST_SPLIT;
    if (isSplit && !isLast) return null;
    this.#last = [...this.#last, ...this.#held].slice(-CONTEXT_FOR_TEXT);
    this.#held = [];
    return text;
  }
}
