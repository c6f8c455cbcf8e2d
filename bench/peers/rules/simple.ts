import { isCloser, isOpener } from '../../../server/stopping/reading/code-scan.ts';
import type { Decision, StopRule } from '../../../server/stopping/controller.ts';
import type { CursorContext } from '../../../server/stopping/trace.ts';
import { restOf } from './overlap.ts';

interface State {
  /** How the rest of the cursor's line begins: what a stop is looked for before. '' at a line's end. */
  readonly mark: string;
  /** Brackets opened since the cursor and not closed; strings are not told apart. */
  readonly depth: number;
  readonly text: string;
  /** Where reading goes on: before the end if the text ends in half a mark. */
  readonly read: number;
  readonly tokens: number;
  /** Nats. */
  readonly logprob: number;
  readonly maxTokens: number;
}

const ENDS_ALONE = /^[)\]},;:'"`]/;

/** A closing bracket, a separator or a quote stands for itself; a word needs two characters. */
function markOf(context: CursorContext): string {
  const rest = restOf(context).trimStart();
  return ENDS_ALONE.test(rest) ? rest.charAt(0) : rest.slice(0, 2);
}

/**
 * The few lines that beat most rules of others. Where the rest of the cursor's line is not blank:
 * the text before that rest begins, while brackets are balanced since the cursor, or before a
 * bracket that closes more than was opened; else the text before the first line break. Nothing, once
 * the text's log-probability falls below the limit before that.
 *
 * @param limit in nats; -Infinity never abandons
 */
export function simpleRule(limit = -2): StopRule<State> {
  return {
    id: 'simple',
    begin: (context, settings) => ({
      mark: markOf(context),
      depth: 0,
      text: '',
      read: 0,
      tokens: 0,
      logprob: 0,
      maxTokens: settings.maxTokens,
    }),
    step(state, token) {
      const tokens = state.tokens + 1;
      const logprob = state.logprob + (token.logprob ?? 0);
      const text = state.text + token.text;
      let depth = state.depth;
      let at = state.read;
      for (; at < text.length; at += 1) {
        const char = text.charAt(at);
        if (char === '\n') return { state, decision: decide('line-end', at, tokens) };
        if (state.mark !== '' && depth === 0) {
          if (text.startsWith(state.mark, at))
            return { state, decision: decide('rest-of-line', at, tokens) };
          if (at === text.length - 1 && state.mark.length === 2 && state.mark.startsWith(char))
            break;
          if (isCloser(char)) return { state, decision: decide('brackets-closed', at, tokens) };
        }
        if (isOpener(char)) depth += 1;
        if (isCloser(char)) depth -= 1;
      }
      if (logprob < limit) return { state, decision: decide('hopeless', 0, tokens) };
      const next = { ...state, depth, text, read: at, tokens, logprob };
      const full = tokens >= state.maxTokens;
      return { state: next, decision: full ? decide('cap', text.length, tokens) : null };
    },
    end: (state, end) => decide(end, state.text.length, state.tokens),
  };
}

function decide(reason: Decision['reason'], offset: number, tokens: number): Decision {
  return { reason, offset, tokens, pDone: null, pAlive: null };
}
