import type { Insertion } from '../../server/post-process/replace-range.ts';
import type { Span } from './spans.ts';

/** A text at the cursor, and how many UTF-16 units behind it the text takes the place of. */
export type Offer = Insertion;

/** What became of a line that a perfect engine completed. */
export const VERDICTS = ['exact', 'early', 'late', 'none', 'other'] as const;
export type Verdict = (typeof VERDICTS)[number];

export interface Judged {
  readonly verdict: Verdict;
  /** What accepting adds to the document behind the cursor. */
  readonly got: string;
}

/**
 * Compares the line after accepting with the line that was, blanks at its end aside: the same; the text ends too
 * early, or too long after the gold text; nothing was offered, or nothing that an editor would show; or the line is
 * another one.
 */
export function judge(span: Span, offer: Offer | null): Judged {
  if (!offer || offer.text === '') return { verdict: 'none', got: '' };
  const { text, replaceAfter } = offer;
  const head = span.before.slice(span.before.lastIndexOf('\n') + 1);
  const rest = /^.*/.exec(span.after)?.[0] ?? '';
  const replaced = rest.slice(0, replaceAfter);
  if (!holdsInTurn(text, replaced)) return { verdict: 'none', got: '' };
  const got = replaced !== '' && text.endsWith(replaced) ? text.slice(0, -replaceAfter) : text;
  const line = head + text + rest.slice(replaceAfter);
  if (line.trimEnd() === span.line.trimEnd()) return { verdict: 'exact', got };
  if (span.gold.startsWith(got.trimEnd())) return { verdict: 'early', got };
  return { verdict: got.startsWith(span.gold) ? 'late' : 'other', got };
}

/** Whether ghost text can be drawn: VS Code draws only what it adds between the characters that stay. */
function holdsInTurn(text: string, replaced: string): boolean {
  let at = 0;
  for (const char of text) if (char === replaced.charAt(at)) at++;
  return at >= replaced.length;
}
