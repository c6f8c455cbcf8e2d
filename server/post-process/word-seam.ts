import type { Repair } from './repair.ts';

const WORDS = /[\p{L}\p{N}_$]+/gu;
/** Fewer letters say too little about which word they begin. */
const LEAST_TYPED = 2;

/**
 * Mends the seam of a word that the cursor stands in. To a model the typed letters are other tokens
 * than the word is, so it repeats or skips a letter there (`deserialize(dese⌶` goes on with
 * `erializer`). Where both parts make no word of the code around, and one word of that code begins
 * with the typed letters and goes on with a slip of what was generated, that word is completed.
 */
export const mendWordSeam: Repair = (text, { context }) => {
  const typed = /[\p{L}_$][\p{L}\p{N}_$]*$/u.exec(context.prefix)?.[0] ?? '';
  const generated = /^[\p{L}\p{N}_$]+/u.exec(text)?.[0] ?? '';
  if (typed.length < LEAST_TYPED || generated === '') return text;
  const around = `${context.prefix.slice(0, -typed.length)}\n${context.suffix}`;
  const words = new Set(around.match(WORDS));
  if (words.has(typed + generated)) return text;
  const meant = [...words]
    .filter((word) => word.startsWith(typed))
    .map((word) => word.slice(typed.length))
    .filter((rest) => rest !== '' && isSlip(generated, rest));
  const [only] = meant;
  if (only === undefined || meant.length > 1) return text;
  return only + text.slice(generated.length);
};

/**
 * Up to two letters repeated or skipped at the seam, or one letter wrong, too many or too few. A
 * longer or a shorter word is another word, not a slip.
 */
function isSlip(generated: string, rest: string): boolean {
  if (generated.startsWith(rest) || rest.startsWith(generated)) return false;
  const excess = Math.abs(generated.length - rest.length);
  if (excess <= 2 && (generated.endsWith(rest) || rest.endsWith(generated))) return true;
  let same = 0;
  while (generated[same] === rest[same]) same += 1;
  const tails = [
    [generated.slice(same + 1), rest.slice(same + 1)],
    [generated.slice(same + 1), rest.slice(same)],
    [generated.slice(same), rest.slice(same + 1)],
  ];
  return tails.some(([a, b]) => a === b);
}
