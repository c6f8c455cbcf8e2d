import type { Node } from '@vscode/tree-sitter-wasm';
import type { CursorContext } from '../../server/stopping/trace.ts';
import { cursorLine } from '../../server/stopping/cursor-line.ts';
import { columns, indentAt } from '../../server/stopping/indentation.ts';
import { repair } from '../../server/post-process/repairs.ts';
import { isExactMatch } from '../match.ts';
import { contextOf } from '../replay/context.ts';
import { textOf } from '../replay/run.ts';
import type { RecordedTrace } from '../traces.ts';
import type { LoadedParser } from './grammars.ts';
import { newFaults, parseDocument, parseText } from './syntax-features.ts';

/** What serving at a place comes to. */
export interface Outcome {
  readonly matched: boolean;
  readonly tokens: number;
}

/** Nodes that hold the statements or members of a block, in the grammars used here. */
const BLOCK =
  /^(block|statement_block|class_body|interface_body|object_type|enum_body|switch_body|declaration_list|field_declaration_list|enum_variant_list|match_block|object|literal_value|dictionary)$/;

/** The innermost block that the text stands in. */
function blockAround(root: Node, at: number): Node | null {
  let node = root.descendantForIndex(at, at + 1);
  while (node && !(BLOCK.test(node.type) && node.startIndex <= at)) node = node.parent;
  return node;
}

/**
 * Whether the block that the text's first word stands in ends before the text does, and where: an offset
 * into the text. Read without the suffix, which has closed the block already. Null while it goes on.
 */
export function endOfBlock(
  { parser }: LoadedParser,
  { prefix }: CursorContext,
  text: string,
): number | null {
  const first = text.search(/\S/);
  if (first === -1) return null;
  const tree = parseText(parser, prefix + text);
  const block = blockAround(tree.rootNode, prefix.length + first);
  let end: number | null = null;
  if (block) {
    const closer = block.lastChild;
    const bracketed = closer !== null && /^[)\]}]$/.test(closer.type);
    const at = bracketed ? closer.startIndex : block.endIndex;
    const closed = bracketed ? !closer.isMissing : /\S/.test(text.slice(at - prefix.length));
    if (closed && at - prefix.length < text.length) end = Math.max(0, at - prefix.length);
  }
  tree.delete();
  return end;
}

/** A text at each line break, with the tokens that it had cost by then. */
function* linesOf(trace: RecordedTrace): Generator<{ text: string; tokens: number }> {
  let text = '';
  for (const [i, token] of trace.tokens.entries()) {
    text += token.text;
    if (token.text.includes('\n')) yield { text, tokens: i + 1 };
  }
}

function outcome(trace: RecordedTrace, text: string, tokens: number): Outcome {
  const served = repair(text, contextOf(trace)).text;
  return { matched: isExactMatch(served, trace.gold), tokens };
}

/** Serves up to where the block around the cursor ends, as soon as a line break shows that it has. */
export function atEndOfBlock(trace: RecordedTrace, parser: LoadedParser): Outcome {
  const context = contextOf(trace);
  for (const { text, tokens } of linesOf(trace)) {
    const end = endOfBlock(parser, context, text);
    if (end !== null) return outcome(trace, text.slice(0, end), tokens);
  }
  return outcome(trace, textOf(trace), trace.tokens.length);
}

/** Serves at the first line break before which the document parses with no new fault, if within `most` lines. */
export function atFirstParse(
  trace: RecordedTrace,
  { parser }: LoadedParser,
  most: number,
): Outcome {
  const document = parseDocument(parser, contextOf(trace));
  let lines = 0;
  let first: { text: string; tokens: number } | null = null;
  for (const { text, tokens } of linesOf(trace)) {
    const whole = text.slice(0, text.lastIndexOf('\n'));
    if (whole.trim() === '') continue;
    first ??= { text: whole, tokens };
    if (newFaults(document, repair(whole, document.context).text) === 0) {
      return outcome(trace, whole, tokens);
    }
    lines += 1;
    if (lines === most) return outcome(trace, first.text, tokens);
  }
  return outcome(trace, first?.text ?? textOf(trace), trace.tokens.length);
}

/** Whether the cursor stands in a block with nothing in it yet. */
export function inEmptyBlock(trace: RecordedTrace): boolean {
  const context = contextOf(trace);
  if (context.kind !== 'block-start') return false;
  const opener = context.prefix.trimEnd();
  const indent = columns(indentAt(opener, opener.lastIndexOf('\n') + 1));
  return cursorLine(context).nextIndent <= indent;
}

/** Whether serving at some line break would be a match: what no better choice of lines can exceed. */
export function matchesAtSomeLine(trace: RecordedTrace): boolean {
  const whole = textOf(trace);
  const ends = [...linesOf(trace)].map(({ text }) => text.slice(0, text.lastIndexOf('\n')));
  return [...ends, whole].some((text) => outcome(trace, text, 0).matched);
}
