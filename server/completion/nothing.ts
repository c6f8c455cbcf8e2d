import { formatShare } from '../../shared/figures.ts';
import type { StopReason } from '../../shared/stats.ts';
import { EngineError } from '../engines/engine.ts';
import type { Decision } from '../stopping/controller.ts';
import type { GateReason } from './gate.ts';

/** Why a request was answered with nothing. */
export type Nothing =
  | { readonly gate: GateReason }
  | Unoffered
  | { readonly failure: unknown }
  /** The document or the cursor moved on, or the request was cancelled. */
  | 'outdated';

/** A stop left nothing to offer. */
interface Unoffered {
  readonly stop: StopReason;
  readonly wrote: boolean;
  /** The rule itself serves nothing of it. */
  readonly hidden: boolean;
  /** As the rule left it; null where it has none. */
  readonly pAlive: number | null;
}

const GATES: Readonly<Record<GateReason, string>> = {
  off: 'Completions are switched off here (setting shortstop.enable).',
  paused: 'Completions are paused; run Shortstop: Pause to resume them.',
  'never-read': 'This file is never read (setting shortstop.files.neverRead).',
  'git-ignored':
    'Git ignores this file, so it is not read (setting shortstop.files.respectGitignore).',
  binary: 'This file is no text.',
  'too-large': 'This file is too large to be completed in.',
  'inside-word': 'The cursor stands inside a word; move it to the end of the word.',
  'closed-document': 'The file is not open.',
  'other-entry':
    'The entry selected in the suggestion list does not continue what is typed; press Escape and ask again.',
};

/** One sentence for the person who asked; null where an answer is not wanted any more. */
export function whyNothing(nothing: Nothing): string | null {
  if (nothing === 'outdated') return null;
  if ('gate' in nothing) return GATES[nothing.gate];
  if ('stop' in nothing) return ofStop(nothing);
  const { failure } = nothing;
  if (failure instanceof EngineError) return failure.message;
  return 'The completion failed; the log says why (Shortstop: Show Log).';
}

function ofStop({ stop, wrote, hidden, pAlive }: Unoffered): string {
  if (!wrote)
    return 'The model has nothing to add here; write a few characters more, or a comment.';
  switch (stop) {
    case 'hopeless':
      return tooUnsure(pAlive);
    case 'suffix-reproduced':
    case 'rest-of-line':
      return 'The model only repeated what stands behind the cursor.';
    case 'loop':
      return 'The model only repeated itself; write a few characters more, or try another model.';
    case 'brackets-closed':
    case 'indent-left':
      return 'The model would only have closed the block around the cursor.';
    default:
      if (hidden) return tooUnsure(pAlive);
      return 'The model wrote nothing that fits here; Shortstop: Why Did It Stop? shows what it wrote.';
  }
}

function tooUnsure(pAlive: number | null): string {
  const share = pAlive === null ? '' : ` (${formatShare(pAlive)})`;
  return `The model was too unsure of what comes here${share}; write a few characters more.`;
}

/** Why a stop that was decided has nothing to offer. */
export function nothingOf(
  { reason, offset, pAlive }: Pick<Decision, 'reason' | 'offset' | 'pAlive'>,
  text: string,
): Nothing {
  return { stop: reason, wrote: text.trim() !== '', hidden: offset === 0, pAlive };
}
