import { unmatchedClosers } from './brackets.ts';
import type { Repair } from './repair.ts';

/**
 * Drops a closing bracket at the text's end that closes another kind than is open before the
 * cursor. Where nothing is open there, the opener may stand before the window: it is left alone.
 */
export const cutUnmatchedCloser: Repair = (text, { context, line }) => {
  if (context.kind === 'comment' || line.inString) return text;
  const unmatched = unmatchedClosers(line, text);
  if (unmatched.length === 0) return text;
  const expected = line.openers.map(({ closer }) => closer).reverse();
  const wrong = unmatched.find((at, i) => i < expected.length && text.charAt(at) !== expected[i]);
  const onlyEnd = wrong !== undefined && /^[)\]}]+[;,]?\s*$/.test(text.slice(wrong));
  return onlyEnd ? text.slice(0, wrong) + (/[;,]\s*$/.exec(text)?.[0] ?? '') : text;
};
