import type { Decision, StopRule, StopSettings } from './controller.ts';
import type { CursorContext, TraceEnd, TraceToken } from './trace.ts';

export interface Replayed {
  readonly decision: Decision;
  /** The generated text up to the decision's offset, before any repair. */
  readonly served: string;
}

/**
 * What a rule would have done on a recorded request: the same calls as live, token by token.
 *
 * @param end how the recorded stream ended, where the rule itself does not decide before
 */
export function replay<State>(
  rule: StopRule<State>,
  context: CursorContext,
  settings: StopSettings,
  tokens: Iterable<TraceToken>,
  end: TraceEnd,
): Replayed {
  let state = rule.begin(context, settings);
  let text = '';
  for (const token of tokens) {
    text += token.text;
    const step = rule.step(state, token);
    if (step.decision) return cut(step.decision, text);
    state = step.state;
  }
  return cut(rule.end(state, end), text);
}

function cut(decision: Decision, text: string): Replayed {
  return { decision, served: text.slice(0, decision.offset) };
}
