import type { BoundaryReader } from './boundary.ts';
import { pAlive, type Confidence } from '../rules/confidence.ts';
import { columns, indentAt } from './indentation.ts';
import { opensBlock } from './languages.ts';
import type { CursorContext } from '../trace.ts';

/**
 * Under `auto`, a line that opens a block is followed into it from this probability of the line on.
 * Measured (docs/stopping-experiments.md): below it, the block that follows has never been the one wanted.
 */
const FOLLOW_BAR = 0.6;

/** A block that the generated text itself opened and that is being read. */
export interface OpenedBlock {
  /** Of the line that opened it, columns. */
  readonly indent: number;
  /** Whether a bracket opened it, so that one closes it; else the indentation tells. */
  readonly bracketed: boolean;
}

/**
 * The block that the answer goes on into past a line break under `auto`, or null: one line by
 * default. It goes on where the line opens a block whose body does not stand below the cursor
 * already, and until that block is closed.
 *
 * @param current the line that just ended
 * @param within the block that it stands in, where the text opened one before
 */
export function followedBlock(
  context: CursorContext,
  { line, scan }: BoundaryReader,
  current: string,
  confidence: Confidence,
  within: OpenedBlock | null,
): OpenedBlock | null {
  if (context.multiLine !== 'auto') return null;
  const bracketed = scan.open !== line.sought.open;
  if (within) return within.bracketed && !bracketed ? null : within;
  if (context.kind === 'comment') return null;
  if (!bracketed && !opensBlock(current, context.languageId)) return null;
  const indent = line.insertsLines ? columns(indentAt(current, 0)) : line.indent;
  const bodyStands = line.nextIndent > indent;
  return bodyStands || (pAlive(confidence) ?? 1) < FOLLOW_BAR ? null : { indent, bracketed };
}
