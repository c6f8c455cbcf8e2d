import { contextKind, restOfLine } from '../../../server/stopping/reading/context-kind.ts';
import { columns, indentAt } from '../../../server/stopping/reading/indentation.ts';
import { lineComments } from '../../../server/stopping/reading/line-comments.ts';
import { SCAN_START, scanChar } from '../../../server/stopping/reading/code-scan.ts';
import type { StopRule } from '../../../server/stopping/controller.ts';
import type { CursorContext } from '../../../server/stopping/trace.ts';
import { accumulating, type Stop, type Stream } from '../../../server/stopping/rules/accumulate.ts';
import { asInsertion } from './overlap.ts';

/**
 * GitHub Copilot's client as far as it is published: one line, unless an empty block begins at the
 * cursor; then the terse block trimmer, run at every line break. Source: microsoft/vscode-copilot-chat
 * 31acd00, src/extension/completions-core/vscode-node/lib/src: ghostText/{ghostTextStrategy,
 * blockTrimmer,streamedCompletionSplitter}.ts, suggestions/suggestions.ts.
 *
 * Not published, and so not here: what its server trims, and its small classifier for several lines in
 * JavaScript and Python. Its statements come from a syntax tree; here they are lines with balanced
 * brackets, and what is indented deeper below one makes it a compound statement. After it has served, it
 * streams on for its cache; those tokens are not counted.
 */
const CAP = 200;
const LINE_LIMIT = 3;
/** For an empty block; elsewhere Copilot looks ahead by three lines. */
const LOOK_AHEAD = 9;

interface Statement {
  readonly end: number;
  readonly compound: boolean;
  readonly comment: boolean;
}

/** The completion's own statements at its first level, the last one perhaps unfinished. */
function statementsOf(text: string, base: number, comment: string | undefined): Statement[] {
  const statements: Statement[] = [];
  let scan = SCAN_START;
  let at = 0;
  for (const line of text.split('\n')) {
    const end = at + line.length;
    const deeper = at > 0 && columns(indentAt(line, 0)) > base;
    const goesOn = scan.open !== '' || deeper || /^\s*[)\]}]/.test(line);
    for (const char of `${line}\n`) scan = scanChar(scan, char);
    const last = statements.at(-1);
    if (line.trim() !== '') {
      if (goesOn && last) statements[statements.length - 1] = { ...last, end, compound: true };
      else {
        const isComment = comment !== undefined && line.trimStart().startsWith(comment);
        statements.push({ end, compound: false, comment: isComment });
      }
    }
    at = end + 1;
  }
  return statements;
}

/** Where the block around the cursor is closed: the end of the first line indented less, if it closes. */
function containingBlockEnd(text: string, base: number): number | undefined {
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) {
    const line = restOfLine(text.slice(at + 1));
    if (line.trim() === '' || columns(indentAt(line, 0)) >= base) continue;
    const end = /^\s*[)\]}]+;?/.test(line) ? at + 1 + line.length : at;
    return text.slice(end).trim() === '' ? undefined : end;
  }
  return undefined;
}

function firstBlankLine(text: string, limit: number): number | undefined {
  for (const match of text.slice(0, limit).matchAll(/\r?\n\s*\r?\n/g)) {
    if (text.slice(0, match.index).trim() !== '') return match.index;
  }
  return undefined;
}

/** Where the terse block trimmer would cut the completion; undefined: not yet. */
export function terseTrim(
  text: string,
  base: number,
  comment: string | undefined,
): number | undefined {
  const block = containingBlockEnd(text, base);
  let offset = firstBlankLine(text, block ?? text.length) ?? block;
  const [first, ...others] = statementsOf(text.slice(0, offset), base, comment);
  if (first?.compound) {
    if (others.length > 0) return first.end;
  } else if (first) {
    const change = others.findIndex((statement) => statement.compound || statement.comment);
    const before = change > 0 ? others[change - 1] : first;
    if (change >= 0 && before) offset = before.end;
  }
  const breaks = [...text.matchAll(/\n/g)].map((match) => match.index);
  const limit = breaks[LINE_LIMIT - 1];
  const ahead = breaks[LINE_LIMIT + LOOK_AHEAD - 1];
  return limit !== undefined && ahead !== undefined && (offset === undefined || offset > ahead)
    ? limit
    : offset;
}

/** The blanks before the cursor on an empty line, else those of the first line that is written. */
function indentOfBody(text: string, prefix: string): string {
  const line = prefix.slice(prefix.lastIndexOf('\n') + 1);
  if (line.trim() === '') return line;
  return /^\n+([ \t]*)\S/.exec(text)?.[1] ?? indentAt(line, 0);
}

function judge({ text, context }: Stream, { text: chunk }: { readonly text: string }): Stop | null {
  if (!chunk.includes('\n')) return null;
  const { prefix, suffix, languageId } = context;
  if (contextKind(prefix, suffix, languageId) !== 'block-start') {
    return { reason: 'line-end', offset: text.indexOf('\n') };
  }
  const base = columns(indentOfBody(text, prefix));
  const offset = terseTrim(text, base, lineComments(languageId)[0]);
  return offset === undefined ? null : { reason: 'blank-line', offset };
}

/** Drops last lines that close blocks which the document closes already. */
export function snip(text: string, suffix: string, closer = '}'): string {
  const lines = text.split('\n');
  const below = suffix
    .split('\n')
    .slice(1)
    .filter((line) => line.trim() !== '');
  for (let start = 1; start < lines.length; start += 1) {
    const rest = lines.slice(start).filter((line) => line.trim() !== '');
    const matches = rest.every((line, i) => {
      const next = below[i];
      if (next === undefined) return false;
      if (i === rest.length - 1) return next.startsWith(line) || line.startsWith(next);
      return next === line && line.trim() === closer;
    });
    if (rest.length > 0 && matches) return lines.slice(0, start).join('\n');
  }
  return text;
}

/** How much of the rest of the line the completion covers and so replaces. */
export function coveredSuffix(text: string, rest: string): number {
  if (rest === '' || text.includes(rest)) return rest.length;
  let covered = 0;
  let at = -1;
  for (const char of rest) {
    at = text.indexOf(char, at + 1);
    if (at < 0) break;
    covered += 1;
  }
  return covered;
}

/** The insertion that leaves what Copilot leaves in the document; null where none does. */
export function trimCopilot(text: string, context: CursorContext): string | null {
  const { suffix } = context;
  const completion = text.trimEnd();
  const next = suffix
    .split('\n')
    .slice(1)
    .find((line) => line.trim() !== '');
  if (completion === '' || completion.trim() === next?.trim()) return '';
  const shown = snip(completion, suffix);
  const rest = restOfLine(suffix);
  return asInsertion(shown, rest.trim() === '' ? 0 : coveredSuffix(shown, rest), context);
}

export const copilotRule: StopRule<Stream> = accumulating({
  id: 'peer-copilot',
  cap: CAP,
  judge,
  trim: trimCopilot,
});
