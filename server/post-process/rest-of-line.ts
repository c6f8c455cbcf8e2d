import { readBoundaries, readToken } from '../stopping/boundary.ts';
import type { Repair } from './repair.ts';

/**
 * Cuts what stands after the cursor already: the text ends where the rest of the line begins in it,
 * or before a closing bracket that it did not open (an editor's auto-close put one there). Our own
 * rule stops there; the texts of other rules, and of a natural end, may run past it.
 */
export const cutRestOfLine: Repair = (text, { line }) => {
  const { reader, found } = readToken(readBoundaries(line), text);
  const place = found.find((boundary) => boundary.at !== 'line-end')?.offset ?? reader.candidates[0];
  return place === undefined ? text : text.slice(0, place);
};
