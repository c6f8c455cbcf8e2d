import type { Parser, Tree } from '@vscode/tree-sitter-wasm';
import type { CursorContext } from '../../server/stopping/trace.ts';
import { addedFaults, faultsIn, spanAround, type Fault } from './faults.ts';

/** What a parse says about a text at the cursor, as plain numbers. */
export const SYNTAX_FEATURES = [
  'parses without new faults',
  'faults of the document alone',
  'faults with the text',
  'missing tokens',
  'new faults',
  'extent of faults',
  'a fault begins in the text',
  'more faults anywhere',
] as const;

/** A document without the text, parsed once per request. */
export interface ParsedDocument {
  readonly parser: Parser;
  readonly context: CursorContext;
  /** Around the cursor. */
  readonly faults: readonly Fault[];
  /** Anywhere in the window. */
  readonly all: number;
}

/**
 * @throws Error where the parser has no language
 */
export function parseText(parser: Parser, text: string): Tree {
  const tree = parser.parse(text);
  if (!tree) throw new Error('the parser has no language');
  return tree;
}

function faultsOf(parser: Parser, { prefix, suffix }: CursorContext, text: string) {
  const whole = prefix + text + suffix;
  const tree = parseText(parser, whole);
  const near = faultsIn(tree.rootNode, spanAround(prefix, text, suffix));
  const all = faultsIn(tree.rootNode, { from: 0, to: whole.length }).length;
  tree.delete();
  return { near, all };
}

export function parseDocument(parser: Parser, context: CursorContext): ParsedDocument {
  const { near, all } = faultsOf(parser, context, '');
  return { parser, context, faults: near, all };
}

/** The new faults around the cursor that the text brings, or leaves at the cursor. */
export function newFaults({ parser, context, faults }: ParsedDocument, text: string): number {
  const { near } = faultsOf(parser, context, text);
  return addedFaults(faults, near, context.prefix, text).length;
}

/** The numbers of a text, in the order of `SYNTAX_FEATURES`. */
export function syntaxFeatures(document: ParsedDocument, text: string): number[] {
  const { parser, context, faults: before } = document;
  const { near, all } = faultsOf(parser, context, text);
  const cursor = context.prefix.length;
  const span = spanAround(context.prefix, text, context.suffix);
  const extent = near.reduce(
    (sum, { start, end }) => sum + Math.min(end, span.to) - Math.max(start, span.from),
    0,
  );
  const added = addedFaults(before, near, context.prefix, text).length;
  return [
    Number(added === 0),
    before.length,
    near.length,
    near.filter(({ missing }) => missing).length,
    added,
    Math.log1p(extent),
    Number(near.some(({ start }) => start >= cursor && start <= cursor + text.length)),
    all - document.all,
  ];
}
