import type { StopReason } from '../../shared/stats.ts';
import { EngineError } from '../engines/engine.ts';
import type { GateReason } from './gate.ts';
import type { Stopped } from './generation.ts';

/** Why a request was answered with nothing. */
export type Nothing =
  | { readonly gate: GateReason }
  | { readonly stop: StopReason; readonly wrote: boolean }
  | { readonly failure: unknown }
  /** The document or the cursor moved on, or the request was cancelled. */
  | 'outdated';

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

function ofStop({ stop, wrote }: { readonly stop: StopReason; readonly wrote: boolean }): string {
  if (!wrote)
    return 'The model has nothing to add here; write a few characters more, or a comment.';
  switch (stop) {
    case 'hopeless':
      return 'The model was too unsure of what comes here; write a few characters more.';
    case 'suffix-reproduced':
    case 'rest-of-line':
      return 'The model only repeated what stands behind the cursor.';
    case 'loop':
      return 'The model only repeated itself; write a few characters more, or try another model.';
    case 'brackets-closed':
    case 'indent-left':
      return 'The model would only have closed the block around the cursor.';
    default:
      return 'The model wrote nothing that fits here; Shortstop: Why Did It Stop? shows what it wrote.';
  }
}

/** Why a stop that was decided has nothing to offer, or nobody who wants it any more. */
export function nothingOf(stopped: Stopped, isOffered: boolean): Nothing {
  if (isOffered) return 'outdated';
  return { stop: stopped.decision.reason, wrote: stopped.text.trim() !== '' };
}
