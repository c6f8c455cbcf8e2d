import type { Explanation } from '../../shared/explanation.ts';
import type { Preset } from '../../shared/settings.ts';
import type { EngineModel } from '../engines/engine.ts';
import type { RequestDecision } from '../learning/question.ts';
import type { Trigger } from '../outcomes/records.ts';
import { certificateInWords } from '../stopping/policy/certificate.ts';
import type { Decision } from '../stopping/controller.ts';
import { explain } from '../stopping/explain.ts';
import type { CursorContext, TraceToken } from '../stopping/trace.ts';

/** The last request in full. It holds code, so it is kept in memory only, and only this one. */
export interface LastRequest {
  readonly id: string;
  readonly uri: string;
  /** Of the cursor, from 0. */
  readonly line: number;
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly trigger: Trigger;
  readonly preset: Preset;
  readonly model: EngineModel;
  readonly control: boolean;
  /** Nothing of it was offered on purpose. */
  readonly withheld: boolean;
  readonly context: CursorContext;
  readonly chosen: RequestDecision;
  readonly decision: Decision;
  /** All text up to the stop. */
  readonly written: string;
  readonly tokens: readonly TraceToken[];
  /** Milliseconds from the editor's request. */
  readonly firstTokenMs: number | null;
  readonly stopMs: number;
}

/** What the rule saw at each token: it is run once more, so that a live request pays nothing for it. */
export function explanationOf(last: LastRequest): Explanation {
  const { chosen, context, decision, model, tokens } = last;
  const { rule, settings, weights, point, certificate, doubt } = chosen;
  return {
    suggestionId: last.id,
    uri: last.uri,
    line: last.line,
    at: last.at,
    trigger: last.trigger,
    contextKind: context.kind,
    model: model.name,
    digest: model.digest,
    rule: rule.id,
    ...(weights && {
      weights: {
        hash: weights.hash,
        trainedOn: `${weights.trainedOn}; ${certificateInWords(certificate, doubt, context)}`,
      },
    }),
    preset: last.preset,
    thresholds: point && {
      tauDone: point.tauDone,
      tauAlive: point.tauAlive,
      showBar: point.showBar,
    },
    maxTokens: settings.maxTokens,
    control: last.control,
    reason: decision.reason,
    offset: decision.offset,
    tokensAtStop: decision.tokens,
    firstTokenMs: last.firstTokenMs,
    stopMs: last.stopMs,
    steps: explain(rule, context, settings, tokens).map(({ token, ...step }) => ({
      text: token.text,
      logprob: token.logprob,
      ...(token.alternatives && { alternatives: token.alternatives }),
      ms: token.arrivedMs ?? null,
      ...step,
    })),
  };
}
