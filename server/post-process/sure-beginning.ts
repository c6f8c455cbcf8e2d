import { cursorLine } from '../stopping/reading/cursor-line.ts';
import type { CursorContext } from '../stopping/trace.ts';
import { withoutLinesBelow } from './following-lines.ts';
import { mayRepeatLinesAbove } from './lines-above.ts';
import type { RepairContext } from './repair.ts';
import { insertion, type Insertion } from './replace-range.ts';
import { repair } from './repairs.ts';

/**
 * What an answer that is still being written begins with once it is complete and repaired; text '' where that is not
 * known yet. Repairs that look at whole lines are foreseen: lines that they may still cut are held back.
 *
 * @param lines whole lines, up to where every stop would serve them
 */
export function sureBeginning(lines: string, context: CursorContext): Insertion {
  const at: RepairContext = { context, line: cursorLine(context), stoppedAt: 'line-end' };
  const { text } = repair(lines, context, at.stoppedAt);
  const sure = mayRepeatLinesAbove(text, at) ? '' : withoutLinesBelow(text, at);
  return insertion(sure, context);
}
