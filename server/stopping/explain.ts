import { readBoundaries, readToken, type Boundary } from './reading/boundary.ts';
import type { Scores, StopRule, StopSettings } from './controller.ts';
import { cursorLine } from './reading/cursor-line.ts';
import type { CursorContext, TraceToken } from './trace.ts';

/** What a rule made of one token. */
export interface ExplainedToken extends Scores {
  readonly token: TraceToken;
  /** UTF-16 offset of the token's end in the generated text. */
  readonly offset: number;
  /** Places in the token where serving would make sense. */
  readonly boundaries: readonly Boundary[];
  /** False for what was generated after the decision, by a control request. */
  readonly judged: boolean;
}

/** Runs a rule once more over what it has decided on, to say what it saw. */
export function explain(
  rule: StopRule,
  context: CursorContext,
  settings: StopSettings,
  tokens: readonly TraceToken[],
): ExplainedToken[] {
  let reader = readBoundaries(cursorLine(context));
  let state = rule.begin(context, settings);
  let decided = false;
  return tokens.map((token) => {
    const read = readToken(reader, token.text);
    reader = read.reader;
    const judged = !decided;
    const step = judged ? rule.step(state, token) : null;
    if (step) state = step.state;
    decided ||= step?.decision != null;
    const scores = judged ? (step?.decision ?? rule.scores?.(state)) : null;
    return {
      token,
      offset: reader.text.length,
      boundaries: read.found,
      judged,
      pDone: scores?.pDone ?? null,
      pAlive: scores?.pAlive ?? null,
    };
  });
}
