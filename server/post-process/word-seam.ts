import type { Repair } from './repair.ts';

const WORDS = /[\p{L}\p{N}_$]+/gu;
/** Fewer letters say too little about which word they begin or end. */
const LEAST_TYPED = 2;
const LEAST_BEFORE_SKIP = 3;
const MOST_REPEATED = 3;

/**
 * Mends the seam of a word that the cursor stands in. To a model the typed letters are other tokens
 * than the word is, so it says some of them again or skips one (`deserialize(dese⌶` goes on with
 * `erializer`). Letters are taken off or put in only where that makes a word of the code around out of
 * one that is none: `label2` beside `label1` is another word, not a slip.
 */
export const mendWordSeam: Repair = (text, { context }) => {
  const typed = /[\p{L}_$][\p{L}\p{N}_$]*$/u.exec(context.prefix)?.[0] ?? '';
  const generated = /^[\p{L}\p{N}_$]+/u.exec(text)?.[0] ?? '';
  if (typed.length < LEAST_TYPED || generated === '') return text;
  if (!/^[\p{Ll}]/u.test(generated) || !/\p{Script=Latin}$/u.test(typed)) return text;
  const around = `${context.prefix.slice(0, -typed.length)}\n${context.suffix}`;
  const words = new Set(around.match(WORDS));
  if (words.has(typed + generated)) return text;
  const meant = [...slips(typed, generated, words)];
  const [only] = meant;
  return only === undefined || meant.length > 1 ? text : only + text.slice(generated.length);
};

/** What of a word that stands around the model may have meant to add. */
function slips(typed: string, generated: string, words: ReadonlySet<string>): Set<string> {
  const found = new Set<string>();
  for (let repeated = 1; repeated <= MOST_REPEATED; repeated++) {
    const rest = generated.slice(repeated);
    const saysAgain = typed.endsWith(generated.slice(0, repeated));
    if (saysAgain && rest !== '' && words.has(typed + rest)) found.add(rest);
  }
  for (const word of words) {
    if (typed.length < LEAST_BEFORE_SKIP || !word.startsWith(typed)) continue;
    const rest = word.slice(typed.length);
    const skipsOne = rest.length === generated.length + 1 && rest.endsWith(generated);
    // `stats` beside `status` is a plural.
    if (skipsOne && generated !== 's' && /^\p{Script=Latin}/u.test(rest)) found.add(rest);
  }
  return found;
}
