import { restOfLine } from '../../../server/stopping/reading/context-kind.ts';
import type { StopRule } from '../../../server/stopping/controller.ts';
import type { CursorContext } from '../../../server/stopping/trace.ts';
import { accumulating, type Stop, type Stream } from '../../../server/stopping/rules/accumulate.ts';
import {
  firstLineOf,
  lastLineOf,
  matchingSuffixLength,
  normaliseStart,
  processCompletion,
  truncateBlock,
  wantsLines,
} from './cody-text.ts';
import { asInsertion } from './overlap.ts';

/**
 * Cody's dynamic multi-line completions. Source: sourcegraph/cody dced3c1, vscode/src/completions/
 * providers/shared/fetch-and-process-completions.ts (`fetchAndProcessDynamicMultilineCompletions`),
 * can-use-partial-completion.ts, text-processing/parse-and-truncate-completion.ts.
 *
 * One line, unless the cursor or the first line opens a block; then up to where the block is
 * truncated. The truncation here is by indentation, Cody's own where a file has no syntax tree. Its
 * five-second limit and its cache of further lines are left out, and so is the stop string `\n` that its
 * Ollama provider sends, which would make it the first-newline rule.
 */
const CAP = 256;

interface Reading {
  /** Leading empty lines are dropped where the cursor's line is empty; characters dropped. */
  readonly dropped: number;
  readonly raw: string;
  readonly multiLine: boolean;
  /** What the truncation takes as standing before and after. */
  readonly prefix: string;
  readonly suffix: string;
}

function read(text: string, context: CursorContext): Reading {
  const lineSuffix = restOfLine(context.suffix);
  const onEmptyLine = lastLineOf(context.prefix).trim() === '' && lineSuffix.trim() === '';
  const raw = onEmptyLine ? text.replace(/^[\r\n]+/, '') : text;
  const dropped = text.length - raw.length;
  const { prefix, suffix, languageId } = context;
  if (wantsLines(prefix, suffix, languageId))
    return { dropped, raw, multiLine: true, prefix, suffix };
  const first = firstLineOf(raw);
  const after = suffix.slice(matchingSuffixLength(first, lineSuffix));
  const dynamic = wantsLines(prefix + first, after, languageId);
  return { dropped, raw, multiLine: dynamic, prefix, suffix: dynamic ? after : suffix };
}

/** What the completion would be if the stream ended here. */
export function codyText(text: string, context: CursorContext): string {
  const { raw, multiLine, prefix, suffix } = read(text, context);
  if (!multiLine) return firstLineOf(raw);
  return truncateBlock(normaliseStart(raw, prefix).trimEnd(), prefix, suffix, context.languageId);
}

function judge({ text, context }: Stream): Stop | null {
  const { raw, multiLine, dropped, prefix, suffix } = read(text, context);
  if (!raw.includes('\n') || firstLineOf(raw) === '') return null;
  if (!multiLine) return { reason: 'line-end', offset: dropped + firstLineOf(raw).length };
  const whole = normaliseStart(raw, prefix).trimEnd();
  const block = truncateBlock(whole, prefix, suffix, context.languageId);
  const cut = block.split('\n').length < whole.split('\n').length;
  return cut ? { reason: 'indent-left', offset: text.length } : null;
}

/** What Cody shows of a completion; it may replace some of the rest of the line. */
export function shownByCody(text: string, context: CursorContext): string {
  return processCompletion(codyText(text, context), context, read(text, context).multiLine);
}

/** The insertion that leaves what Cody leaves in the document; null where none does. */
export function trimCody(text: string, context: CursorContext): string | null {
  const result = shownByCody(text, context);
  const replaced = matchingSuffixLength(codyText(text, context), restOfLine(context.suffix));
  return result === '' ? '' : asInsertion(result, replaced, context);
}

export const codyRule: StopRule<Stream> = accumulating({
  id: 'peer-cody',
  cap: CAP,
  judge,
  trim: trimCody,
});
