import type { StopReason } from '../../shared/stats.ts';
import { cursorLine } from '../stopping/reading/cursor-line.ts';
import type { CursorContext } from '../stopping/trace.ts';
import { cutBrokenCharacters } from './broken-characters.ts';
import { cutControlMarkers } from './control-markers.ts';
import { cutFollowingLines } from './following-lines.ts';
import { matchIndentation } from './indentation-style.ts';
import { cutLeadingBlanks } from './leading-blanks.ts';
import { cutMarkdownFence } from './markdown-fence.ts';
import { dropLinesAbove } from './lines-above.ts';
import { cutThinking, dropProse } from './prose.ts';
import type { Repair } from './repair.ts';
import { cutRestOfLine } from './rest-of-line.ts';
import { cutSuppressions } from './suppressions.ts';
import { cutTrailingBlanks } from './trailing-blanks.ts';
import { cutUnmatchedCloser } from './unmatched-closer.ts';
import { mendWordSeam } from './word-seam.ts';

/** In order: each sees what the one before left. */
export const REPAIRS: readonly { readonly name: string; readonly repair: Repair }[] = [
  { name: 'control-markers', repair: cutControlMarkers },
  { name: 'thinking', repair: cutThinking },
  { name: 'prose', repair: dropProse },
  { name: 'markdown-fence', repair: cutMarkdownFence },
  { name: 'broken-characters', repair: cutBrokenCharacters },
  { name: 'rest-of-line', repair: cutRestOfLine },
  { name: 'word-seam', repair: mendWordSeam },
  { name: 'leading-blanks', repair: cutLeadingBlanks },
  { name: 'indentation', repair: matchIndentation },
  { name: 'suppressions', repair: cutSuppressions },
  { name: 'following-lines', repair: cutFollowingLines },
  { name: 'lines-above', repair: dropLinesAbove },
  { name: 'unmatched-closer', repair: cutUnmatchedCloser },
  { name: 'trailing-blanks', repair: cutTrailingBlanks },
];

export interface Repaired {
  /** '' where nothing is left to offer. */
  readonly text: string;
  /** Names of the repairs that changed something. */
  readonly applied: readonly string[];
}

/** Repairs a served text; the same live and in replay. */
export function repair(
  served: string,
  context: CursorContext,
  stoppedAt: StopReason | null = null,
  steps = REPAIRS,
): Repaired {
  const at = { context, line: cursorLine(context), stoppedAt };
  const applied: string[] = [];
  let text = served;
  for (const step of steps) {
    const repaired = step.repair(text, at);
    if (repaired !== text) applied.push(step.name);
    text = repaired;
  }
  return { text, applied };
}
