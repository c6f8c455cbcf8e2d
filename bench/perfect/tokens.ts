import type { Random } from '../../server/learning/random.ts';
import type { TraceToken } from '../../server/stopping/trace.ts';

/** Every token of an engine that is sure of itself; natural logarithm. */
const LOGPROB = -0.01;

/**
 * Two ways in which code models split a text. The first is that of Qwen2's tokenizer (the pattern `pretokenizer` of
 * its tokenizer.json) with long pieces cut: a dot, a bracket or a quote goes with the word behind it, signs with the
 * line breaks behind them. The second keeps signs, words and line breaks apart.
 */
const SPLITS = [
  /(?:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}{1,9}|\p{N}| ?[^\s\p{L}\p{N}]{1,4}[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+/giu,
  /[ \t]*\n+|[ \t]*[\p{L}_][\p{L}\p{N}_]{0,7}|[\p{L}\p{N}_]{1,8}|[ \t]?[^\p{L}\p{N}_\s]{1,2}|[ \t]+|[^]/gu,
] as const;

/** The tokens in which an engine writes a text; joined, they are the text. Which split it uses is drawn. */
export function splitIntoTokens(text: string, random: Random): string[] {
  return text.match(random() < 0.5 ? SPLITS[0] : SPLITS[1]) ?? [];
}

/** As the engine sends it, with `alternatives` tokens that it holds for improbable. */
export function certain(text: string, alternatives: number): TraceToken {
  if (alternatives === 0) return { text, logprob: LOGPROB };
  const others = Array.from({ length: alternatives - 1 }, (_, i) => ({
    text: `~${i}`,
    logprob: -6 - i,
  }));
  return { text, logprob: LOGPROB, alternatives: [{ text, logprob: LOGPROB }, ...others] };
}
