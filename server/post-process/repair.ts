import type { CursorLine } from '../stopping/reading/cursor-line.ts';
import type { CursorContext } from '../stopping/trace.ts';
import type { StopReason } from '../../shared/stats.ts';

/** What a repair may look at besides the text itself. */
export interface RepairContext {
  readonly context: CursorContext;
  readonly line: CursorLine;
  /** Why the text ends where it does; null where that is not known. */
  readonly stoppedAt: StopReason | null;
}

/** Pure; a text that needs no repair comes back as it is. */
export type Repair = (text: string, at: RepairContext) => string;
