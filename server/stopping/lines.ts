import type { BoundaryReader } from './boundary.ts';
import { opensBlock } from './languages.ts';
import type { CursorContext } from './trace.ts';

/**
 * Whether the answer goes on past a line break: one line by default. Under `auto` it goes on while
 * the text opens a block, or is inside one that it opened, whose body does not stand below the
 * cursor already.
 *
 * @param lines the complete lines so far, trimmed, the one that just ended last
 */
export function goesOn(
  context: CursorContext,
  { line, scan }: BoundaryReader,
  lines: readonly string[],
): boolean {
  if (context.multiLine !== 'auto') return context.multiLine === 'always';
  const bodyStands = line.nextIndent > line.indent;
  if (bodyStands || context.kind === 'comment') return false;
  return scan.open !== '' || opensBlock(lines.at(-1) ?? '', context.languageId);
}
