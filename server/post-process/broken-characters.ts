import type { Repair } from './repair.ts';

/**
 * Half a character is never served: a text is cut before its first unpaired surrogate or
 * replacement character (U+FFFD, half of a multi-byte character as an engine decodes it).
 */
export const cutBrokenCharacters: Repair = (text) => {
  const broken = /\p{Surrogate}|\uFFFD/u.exec(text);
  return broken ? text.slice(0, broken.index) : text;
};
