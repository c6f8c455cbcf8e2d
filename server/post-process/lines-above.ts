import type { Repair, RepairContext } from './repair.ts';

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

/** Whether it may turn out to say only again what stands above once it goes on. */
export function mayRepeatLinesAbove(text: string, { context, line }: RepairContext): boolean {
  if (line.before.trim() !== '') return false;
  const own = contentLines(text);
  const above = contentLines(context.prefix);
  return above.some((_, from) => own.every((each, i) => each === above[from + i]));
}

function contentLines(text: string): string[] {
  return text
    .split('\n')
    .map((each) => each.trim())
    .filter((each) => each !== '');
}
