import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { z } from 'zod';
import type { StopReason } from '../../shared/stats.ts';
import { repair } from '../../server/post-process/repairs.ts';
import { OWN_PRESETS } from '../../server/stopping/policy/certificate.ts';
import { contextKind } from '../../server/stopping/reading/context-kind.ts';
import type { StopRule } from '../../server/stopping/controller.ts';
import { PATIENT } from '../../server/stopping/policy/point.ts';
import { learnedRule } from '../../server/stopping/rules/learned-rule.ts';
import { replay } from '../../server/stopping/replay.ts';
import { shortstopRule } from '../../server/stopping/rules/shortstop-rule.ts';
import type { CursorContext, TraceEnd, TraceToken } from '../../server/stopping/trace.ts';
import type { WeightsFile } from '../../server/stopping/policy/weights-file.ts';
import { readRows } from '../jsonl.ts';

/** Kept with the project: its own code, and texts that an engine wrote or might have written there. */
export const ANSWERED_TRACES = join(import.meta.dirname, '../data/answered-traces.jsonl.gz');

const MAX_TOKENS = 128;

/** A cursor and a text that an engine might write there. */
export interface AnsweredTrace {
  /** VS Code's language id. */
  readonly lang: string;
  readonly prompt: string;
  readonly suffix: string;
  readonly tokens: readonly TraceToken[];
  readonly end: TraceEnd;
}

export const answeredSchema = z.object({
  lang: z.string(),
  prompt: z.string(),
  suffix: z.string(),
  tokens: z.array(z.tuple([z.string(), z.number(), z.array(z.tuple([z.string(), z.number()]))])),
  end: z.enum(['natural-end', 'cap']),
});

/** @throws TraceError at a line of another form */
export async function readAnswered(file = ANSWERED_TRACES): Promise<AnsweredTrace[]> {
  const traces: AnsweredTrace[] = [];
  const rows = readRows(file, answeredSchema, ({ tokens, ...rest }): AnsweredTrace => ({
    ...rest,
    tokens: tokens.map(([text, logprob, others]) => ({
      text,
      logprob,
      alternatives: others.map(([other, p]) => ({ text: other, logprob: p })),
    })),
  }));
  for await (const trace of rows) traces.push(trace);
  return traces;
}

/** What is done to a served text: `repair`, or in a test another one. */
export type Mend = (
  served: string,
  context: CursorContext,
  stoppedAt: StopReason,
) => { readonly text: string };

/** The reference, and the policy under each preset: what a certificate compares. */
function rulesOf(weights: WeightsFile): StopRule[] {
  const presets = OWN_PRESETS.map((preset) =>
    learnedRule(preset, weights, weights.presets[preset]),
  );
  return [shortstopRule, ...presets];
}

/**
 * A hash of all that a certificate is about, on kept traces: after how many tokens the reference and each preset
 * stop, and the text that is offered then. Code that answers alike has the same hash, however it is written.
 * @param mend the repairs, the same live and here
 * @returns SHA-256, hexadecimal
 */
export function answersOf(
  weights: WeightsFile,
  traces: readonly AnsweredTrace[],
  mend: Mend = repair,
): string {
  const hash = createHash('sha256');
  const rules = rulesOf(weights);
  for (const { lang, prompt: prefix, suffix, tokens, end } of traces) {
    const kind = contextKind(prefix, suffix, lang);
    const context = { prefix, suffix, languageId: lang, kind, multiLine: 'auto' } as const;
    for (const rule of rules) {
      const settings = { ...PATIENT, maxTokens: MAX_TOKENS };
      const { decision, served } = replay(rule, context, settings, tokens, end);
      hash.update(JSON.stringify([decision.tokens, mend(served, context, decision.reason).text]));
    }
  }
  return hash.digest('hex');
}
