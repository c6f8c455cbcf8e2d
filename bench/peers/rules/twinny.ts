import type { StopRule } from '../../../server/stopping/controller.ts';
import { restOfLine } from '../../../server/stopping/reading/context-kind.ts';
import { accumulating, type Stop, type Stream } from '../../../server/stopping/rules/accumulate.ts';
import { trimTwinny } from './twinny-format.ts';

/**
 * Twinny. Source: twinnydotdev/twinny 193d14c, src/extension/providers/completion.ts (`onData`),
 * src/extension/utils.ts (`getIsMultilineCompletion`), src/common/constants/misc.ts, package.json.
 *
 * Its conditions ask a syntax tree two things: whether the node at the cursor has many children or is of
 * a common type, which holds almost everywhere and is taken as true; and whether line and completion parse
 * without an error, taken as true where their brackets balance.
 */
const CAP = 512;
const MAX_LINES = 40;
const MAX_BLANK_CHARS = 250;
const MIN_CHUNKS = 2;

const CLOSES: Readonly<Record<string, string>> = { ')': '(', ']': '[', '}': '{' };

/** Brackets alone, in strings or not, as Twinny counts them. */
function isBalanced(text: string): boolean {
  const open: string[] = [];
  for (const char of text) {
    if (/[([{]/.test(char)) open.push(char);
    else if (char in CLOSES && open.pop() !== CLOSES[char]) return false;
  }
  return open.length === 0;
}

const indentOf = (line: string) => line.length - line.trimStart().length;

function wantsLines({ context: { prefix, suffix } }: Stream): boolean {
  const before = prefix.slice(prefix.lastIndexOf('\n') + 1).trim();
  const after = restOfLine(suffix).trim();
  return suffix.trim() === '' || before === '' || after === '';
}

/** Where a block that the completion opened is closed, or -1. */
function blockEnd(text: string, prefix: string): number {
  if (!text.includes('}') || !isBalanced(text)) return -1;
  const last = text.lastIndexOf('}');
  const inFunction = prefix.includes('=>') || prefix.includes('function');
  if (inFunction && text.slice(last + 1).trim() === '') return last + 1;
  const boundary = /\}\s*\n(\s*)\S+/m.exec(text);
  const indent = indentOf(text.split('\n', 1)[0] ?? '');
  return boundary && (boundary[1] ?? '').length <= indent ? boundary.index + 1 : -1;
}

function isComplete(text: string, linePrefix: string): boolean {
  if (!isBalanced(text) || !isBalanced(linePrefix + text)) return false;
  const emptyLine = /\n\s*\n\s*$/.test(text);
  return (
    text.endsWith('\n\n') || emptyLine || /[})\];]\s*$/.test(text) || /\}\s*\n(\s*)\S+/m.test(text)
  );
}

function judge(stream: Stream, { text: chunk }: { readonly text: string }): Stop | null {
  const { text, tokens, context } = stream;
  const all = text.length;
  if (all > MAX_BLANK_CHARS && text.trim() === '') return { reason: 'loop', offset: all };
  const multiLine = wantsLines(stream);
  if (!multiLine && tokens >= MIN_CHUNKS && text.trimStart().includes('\n')) {
    return { reason: 'line-end', offset: all };
  }
  if (chunk.includes('\n')) {
    const end = blockEnd(text, context.prefix);
    if (end >= 0) return { reason: 'brackets-closed', offset: end };
    const line = context.prefix.slice(context.prefix.lastIndexOf('\n') + 1);
    if (multiLine && tokens >= MIN_CHUNKS && isComplete(text, line)) {
      return { reason: 'blank-line', offset: all };
    }
  }
  return text.split('\n').length - 1 >= MAX_LINES ? { reason: 'cap', offset: all } : null;
}

export const twinnyRule: StopRule<Stream> = accumulating({
  id: 'peer-twinny',
  cap: CAP,
  judge,
  trim: trimTwinny,
});
