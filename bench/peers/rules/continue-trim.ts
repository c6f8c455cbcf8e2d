import { restOfLine } from '../../../server/stopping/reading/context-kind.ts';
import type { CursorContext } from '../../../server/stopping/trace.ts';
import { distance } from 'fastest-levenshtein';
import { asInsertion } from './overlap.ts';

/**
 * What Continue does to a completion before it shows it. Source: continuedev/continue d0a3c0b,
 * core/autocomplete/postprocessing/index.ts, util/processSingleLineCompletion.ts, and
 * extensions/vscode/src/autocomplete/completionProvider.ts (a text of several lines replaces the
 * rest of the cursor's line; a text of one line does if it ends as that rest does).
 */
export function postprocess(completion: string, prefix: string): string {
  if (completion.trim() === '' || rewritesLineAbove(completion, prefix) || isExtreme(completion))
    return '';
  const single =
    prefix.endsWith(' ') && completion.startsWith(' ') ? completion.slice(1) : completion;
  return withoutFences(single);
}

/** Lines that nearly agree; short ones never do. */
export function isRepeated(a: string, b: string): boolean {
  if (a.length <= 4 || b.length <= 4) return false;
  return distance(a.trim(), b.trim()) / b.trim().length < 0.1;
}

function rewritesLineAbove(completion: string, prefix: string): boolean {
  const filled = (line: string) => line.trim() !== '';
  const above = prefix.split('\n').filter(filled).at(-1);
  const first = completion.split('\n').find(filled);
  return above !== undefined && first !== undefined && isRepeated(above, first);
}

function commonSubsequence(a: string, b: string): string {
  let above = Array.from({ length: b.length + 1 }, () => '');
  for (const char of a) {
    const row = [''];
    for (let j = 1; j <= b.length; j += 1) {
      const up = above[j] ?? '';
      const left = row[j - 1] ?? '';
      const both = char === b.charAt(j - 1) ? (above[j - 1] ?? '') + char : '';
      row.push([both, up, left].reduce((x, y) => (y.length > x.length ? y : x)));
    }
    above = row;
  }
  return above[b.length] ?? '';
}

function isExtreme(completion: string): boolean {
  const lines = completion.split('\n');
  const [first = ''] = lines;
  if (lines.length < 6) return false;
  for (const step of [1, 2]) {
    const common = commonSubsequence(first, lines[step] ?? '');
    if (common.length <= 5 && common.length <= first.length * 0.5) continue;
    const matches = lines.filter((line, i) => i % step === 0 && line.includes(common)).length;
    if (matches * step > 8 || (matches * step) / lines.length > 0.8) return true;
  }
  return false;
}

function withoutFences(completion: string): string {
  const lines = completion.split('\n');
  const from = lines[0]?.trim().startsWith('```') ? 1 : 0;
  const last = lines.at(-1)?.trim() ?? '';
  const to = lines.length > from && /^`+$/.test(last) ? lines.length - 1 : lines.length;
  return lines.slice(from, to).join('\n');
}

/** The insertion that leaves what Continue leaves in the document; null where none does. */
export function trimContinue(text: string, context: CursorContext): string | null {
  const completion = postprocess(text, context.prefix);
  const rest = restOfLine(context.suffix);
  if (completion === '' || rest === '') return completion;
  if (completion.includes('\n')) return asInsertion(completion, rest.length, context);
  return completion.trimEnd().endsWith(rest.trimEnd()) && rest.trim() !== ''
    ? completion.trimEnd().slice(0, -rest.trimEnd().length)
    : completion;
}
