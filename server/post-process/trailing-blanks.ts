import type { Repair } from './repair.ts';

/**
 * Strips blanks at the ends of lines and at the text's end; a text of blanks alone becomes ''. A
 * blank before the rest of the line stays, and so does the line break after inserted whole lines.
 */
export const cutTrailingBlanks: Repair = (text, { line }) => {
  if (text.trim() === '') return '';
  const lines = text.replace(/[^\S\n]+$/gm, '').trimEnd();
  if (line.insertsLines && /\n\s*$/.test(text)) return `${lines}\n`;
  const joins = line.rest !== '' && /^\S/.test(line.rest) && / $/.test(text);
  return joins ? `${lines} ` : lines;
};
