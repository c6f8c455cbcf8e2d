import type { Node } from '@vscode/tree-sitter-wasm';

/** A place where a text does not parse: an ERROR node, or a token that the parser had to make up. */
export interface Fault {
  /** UTF-16 offsets; a MISSING node is empty. */
  readonly start: number;
  readonly end: number;
  readonly missing: boolean;
}

/** Part of a text, in UTF-16 offsets, both ends included. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

const within = (at: number, { from, to }: Span) => at >= from && at <= to;

/**
 * The faults that begin or end inside `span`. One that runs through it from outside to outside is left
 * out: it comes from where a window on a document was cut.
 */
export function faultsIn(root: Node, span: Span): Fault[] {
  const found: Fault[] = [];
  const visit = (node: Node) => {
    const { startIndex: start, endIndex: end, isMissing: missing } = node;
    if (end < span.from || start > span.to) return;
    const touches = within(start, span) || within(end, span);
    if (touches && (missing || node.isError)) found.push({ start, end, missing });
    for (const child of node.children) if (child?.hasError) visit(child);
  };
  if (root.hasError) visit(root);
  return found;
}

/**
 * Around the cursor: its line up to there, the text, the rest of the line, and the next line with something
 * on it, where the parser notices what the text left open.
 */
export function spanAround(prefix: string, text: string, suffix: string): Span {
  const near = /^[^\n]*(\n[^\S\n]*(?=\n))*(\n[^\n]*)?/.exec(suffix)?.[0] ?? '';
  return {
    from: prefix.lastIndexOf('\n') + 1,
    to: prefix.length + text.length + near.length,
  };
}

/**
 * The faults of a document with a text in it that it does not have without: all but those that stood
 * elsewhere before. What was broken at the cursor itself is the text's to mend, and counts as long as it
 * is broken still.
 *
 * @param before faults of prefix + suffix
 * @param after faults of prefix + text + suffix
 */
export function addedFaults(
  before: readonly Fault[],
  after: readonly Fault[],
  prefix: string,
  text: string,
): Fault[] {
  const cursor = prefix.length;
  const code = prefix.trimEnd().length;
  const moved = (at: number) => (at > cursor ? at + text.length : at);
  const key = (start: number, end: number) => `${start} ${end}`;
  const kept = before
    .filter(({ start, end }) => end < code || start > cursor)
    .map(({ start, end }) => key(moved(start), moved(end)));
  return after.filter(({ start, end }) => !kept.includes(key(start, end)));
}
