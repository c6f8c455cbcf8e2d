import { contextKind } from '../../../server/stopping/reading/context-kind.ts';
import type { StopSettings } from '../../../server/stopping/controller.ts';
import { PATIENT as PATIENT_POINT } from '../../../server/stopping/policy/point.ts';
import { replay, type Replayed } from '../../../server/stopping/replay.ts';
import { shortstopRule } from '../../../server/stopping/rules/shortstop-rule.ts';
import type { CursorContext, TraceToken } from '../../../server/stopping/trace.ts';

export const PATIENT: StopSettings = { ...PATIENT_POINT, maxTokens: 128 };

/** `|` marks the cursor. */
export function at(
  code: string,
  languageId = 'typescript',
  multiLine: CursorContext['multiLine'] = 'auto',
): CursorContext {
  const cursor = code.indexOf('|');
  const prefix = code.slice(0, cursor);
  const suffix = code.slice(cursor + 1);
  const kind = contextKind(prefix, suffix, languageId);
  return { prefix, suffix, languageId, kind, multiLine };
}

/** Splits as code models do, roughly: a word with the blank before it, a sign, or signs with a line break. */
export function tokensOf(text: string, logprob: number | null = -0.01): TraceToken[] {
  const pieces = text.match(/[^\S\n]*\w+|[^\w\s]*\n+|[^\S\n]+|[^\w\s]|\n/g) ?? [];
  return pieces.map((piece) => ({ text: piece, logprob }));
}

export function served(
  context: CursorContext,
  tokens: readonly TraceToken[],
  settings: Partial<StopSettings> = {},
): Replayed {
  return replay(shortstopRule, context, { ...PATIENT, ...settings }, tokens, 'cap');
}
