import { readBoundaries, readToken, restAtEnd } from '../stopping/reading/boundary.ts';
import type { Repair } from './repair.ts';

/**
 * Cuts what stands after the cursor already: the text ends where the rest of the line begins in it,
 * or before a closing bracket that it did not open (an editor's auto-close put one there). Our own
 * rule stops there; the texts of other rules may run past it.
 */
export const cutRestOfLine: Repair = (text, { line, stoppedAt }) => {
  if (stoppedAt === 'rest-of-line') return text;
  const isWhole = stoppedAt === 'natural-end';
  const { reader, found } = readToken(readBoundaries(line), isWhole ? text : `${text}\n`);
  const place = found.find((boundary) => boundary.at !== 'line-end')?.offset ?? restAtEnd(reader);
  return place === null ? text : text.slice(0, place);
};
