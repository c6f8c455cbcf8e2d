/**
 * What the chosen tokens' probabilities say, before there is a learned model: `pDone` is the last
 * line's geometric-mean token probability, `pAlive` the probability of that line as a whole.
 *
 * The line's probability never exceeds its lowest token probability, so a threshold on it acts no
 * later; it also gives up on a line of many middling tokens, of which none is low by itself.
 */
export interface Confidence {
  /** Sum of natural logarithms over the line's tokens; null once the engine gave none for one. */
  readonly logprob: number | null;
  readonly tokens: number;
}

export const NO_TOKENS: Confidence = { logprob: 0, tokens: 0 };

export function addToken(line: Confidence, logprob: number | null): Confidence {
  const sum = line.logprob === null || logprob === null ? null : line.logprob + logprob;
  return { logprob: sum, tokens: line.tokens + 1 };
}

/** In [0, 1]; null where the engine gave no logprobs, or nothing was read yet. */
export function pDone({ logprob, tokens }: Confidence): number | null {
  return logprob === null || tokens === 0 ? null : Math.exp(Math.min(0, logprob / tokens));
}

/** In [0, 1]; null where the engine gave no logprobs. */
export function pAlive({ logprob }: Confidence): number | null {
  return logprob === null ? null : Math.exp(Math.min(0, logprob));
}
