import { repair } from '../../server/post-process/repairs.ts';
import type { StopReason } from '../../shared/stats.ts';
import { PATIENT } from '../../server/stopping/policy/point.ts';
import { replay } from '../../server/stopping/replay.ts';
import { shortstopRule } from '../../server/stopping/rules/shortstop-rule.ts';
import type { ContextKind, CursorContext } from '../../server/stopping/trace.ts';

/** A cursor at which somebody writes, and what is known there. */
export interface Moment {
  readonly context: CursorContext;
  /** What stands in the file there. */
  readonly gold: string;
  /** All that the model wrote, what early stopping would have left out included; empty where it was not asked. */
  readonly generated: string;
}

/** A scripted person: where it writes and what it keeps. */
export interface Taste {
  readonly name: string;
  /** One line for people. */
  readonly says: string;
  readonly kinds: readonly ContextKind[];
  /** What it has chosen in its settings. */
  readonly multiLine: CursorContext['multiLine'];
  wants(moment: Moment): string;
}

/** Writes on with the file's own line: bold stopping loses next to nothing of that. */
export const SHORT_LINES: Taste = {
  name: 'short lines',
  says: 'keeps one line, the one that stands in the file',
  kinds: ['mid-line', 'arguments', 'line-end', 'comment'],
  multiLine: 'auto',
  wants: ({ gold }) => gold.split('\n', 1)[0] ?? '',
};

/**
 * Keeps what the model writes when it is not stopped early, also where it was unsure. Made so that stopping early
 * loses matches; no person is like that.
 */
export const WHOLE_BLOCKS: Taste = {
  name: 'whole blocks',
  says: 'keeps all that the model writes if nothing stops it early, also where it is unsure',
  kinds: ['block-start', 'empty-line', 'line-end'],
  multiLine: 'always',
  wants: ({ context, gold, generated }) => patientText(context, generated) || gold,
};

/** What the patient rule would serve; a character a token, each of them certain. */
function patientText(context: CursorContext, generated: string): string {
  const tokens = Array.from(generated, (text) => ({ text, logprob: 0 }));
  const settings = { ...PATIENT, maxTokens: tokens.length + 1 };
  const { decision, served } = replay(shortstopRule, context, settings, tokens, 'cap');
  const reason: StopReason = decision.reason;
  return repair(served, context, reason).text;
}
