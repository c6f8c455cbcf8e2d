import type { Decision, StopRule } from '../../server/stopping/controller.ts';
import { canBecome, matchOffset } from '../../server/stopping/match.ts';
import type { RecordedTrace } from '../traces.ts';
import type { Candidate } from './run.ts';

const decision = (offset: number, tokens: number): Decision => ({
  reason: offset > 0 ? 'confident' : 'hopeless',
  offset,
  tokens,
  pDone: null,
  pAlive: null,
});

interface Progress {
  readonly text: string;
  readonly tokens: number;
}

/** Knows the gold text but not the tokens to come. */
function knowing(id: string, judge: (at: Progress) => Decision | null): StopRule<Progress> {
  return {
    id,
    begin: () => ({ text: '', tokens: 0 }),
    step(state, token) {
      const next = { text: state.text + token.text, tokens: state.tokens + 1 };
      return { state: next, decision: judge(next) };
    },
    end: (state) => decision(0, state.tokens),
  };
}

/** Stops at the match offset, else at the first token after which the text can't become the gold one. */
export const oracleCausal: Candidate = {
  id: 'oracle-causal',
  ruleFor: (trace) =>
    knowing('oracle-causal', ({ text, tokens }) => {
      const offset = matchOffset(text, trace.gold);
      if (offset !== null) return decision(offset, tokens);
      return canBecome(text, trace.gold) ? null : decision(0, tokens);
    }),
};

/** As the causal one where a match is reachable; a hopeless request costs it nothing. */
export const oracleClairvoyant: Candidate = {
  id: 'oracle-clairvoyant',
  ruleFor(trace: RecordedTrace) {
    const whole = trace.tokens.map((token) => token.text).join('');
    const hopeless = matchOffset(whole, trace.gold) === null;
    return knowing('oracle-clairvoyant', ({ text, tokens }) => {
      if (hopeless) return decision(0, 0);
      const offset = matchOffset(text, trace.gold);
      return offset === null ? null : decision(offset, tokens);
    });
  },
};
