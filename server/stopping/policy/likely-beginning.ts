import type { Decision } from '../controller.ts';
import type { TraceToken } from '../trace.ts';
import type { OperatingPoint } from './point.ts';

/** Of a text that was given up, what is at least so probably its beginning is offered; in (0, 1). */
export const LIKELY = 0.3;
/** Characters from which on a beginning is worth the reading. */
const SHORTEST = 3;

/**
 * Where the beginning of a text ends whose tokens, by the model's own log-probabilities, are all right with a
 * probability of `bar` or more: a UTF-16 offset behind a token of its first line, 0 where there is too little.
 */
export function likelyBeginning(tokens: readonly TraceToken[], bar: number): number {
  let text = '';
  let logprob = 0;
  for (const token of tokens) {
    if (token.logprob === null || token.text.includes('\n')) break;
    logprob += token.logprob;
    if (Math.exp(logprob) < bar) break;
    text += token.text;
  }
  return text.trim().length < SHORTEST ? 0 : text.trimEnd().length;
}

/**
 * Up to where a text is offered: what the rule serves, and of one that it gave up, the likely beginning. What
 * the rule serves stays what it is, and so does what is certified of it.
 * @param point null for a benchmark's rule, of which nothing more is offered
 */
export function offeredUntil(
  { reason, offset }: Decision,
  tokens: readonly TraceToken[],
  { point }: { readonly point: OperatingPoint | null },
): number {
  if (reason !== 'hopeless' || offset > 0 || !point) return offset;
  return likelyBeginning(tokens, Math.max(LIKELY, point.showBar));
}
