import type { Repair } from './repair.ts';

/** Shorter lines, such as `break;`, do stand twice in a row in good code. */
const LEAST_CHARS = 12;

/** Drops a text that only says again what stands in the lines just above the cursor's. */
export const dropLinesAbove: Repair = (text, { context, line }) => {
  if (line.before.trim() !== '') return text;
  const own = contentLines(text);
  if (own.join('').length < LEAST_CHARS) return text;
  const above = contentLines(context.prefix).slice(-own.length);
  return own.every((each, i) => each === above[i]) ? '' : text;
};

function contentLines(text: string): string[] {
  return text
    .split('\n')
    .map((each) => each.trim())
    .filter((each) => each !== '');
}
