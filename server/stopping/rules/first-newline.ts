import type { Decision, StopRule, StopSettings } from '../controller.ts';
import type { TraceEnd } from '../trace.ts';

interface State {
  readonly maxTokens: number;
  readonly text: string;
  readonly tokens: number;
}

/**
 * What most tools do in one-line mode: serve what stands before the first line break. Its tokens
 * are counted by the daemon too, as the simplest baseline.
 */
export const firstNewlineRule: StopRule<State> = {
  id: 'peer-first-newline',

  begin(_context, settings: StopSettings) {
    return { maxTokens: settings.maxTokens, text: '', tokens: 0 };
  },

  step(state, token) {
    const next = { ...state, text: state.text + token.text, tokens: state.tokens + 1 };
    const newline = token.text.indexOf('\n');
    if (newline !== -1) {
      const offset = withoutCarriageReturn(next.text, state.text.length + newline);
      return { state: next, decision: decide(next, 'line-end', offset) };
    }
    const full = next.tokens >= next.maxTokens;
    return { state: next, decision: full ? decide(next, 'cap', next.text.length) : null };
  },

  /** As Cody's client asks an Ollama for one line (lib/.../ollama, `stop: ['\n']`). */
  stopStrings: () => ['\n'],

  end(state, end: TraceEnd) {
    return decide(state, end, state.text.length);
  },
};

function withoutCarriageReturn(text: string, offset: number): number {
  return text.charAt(offset - 1) === '\r' ? offset - 1 : offset;
}

function decide(state: State, reason: Decision['reason'], offset: number): Decision {
  return { reason, offset, tokens: state.tokens, pDone: null, pAlive: null };
}
