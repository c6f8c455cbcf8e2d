import type { StopReason } from '../../../shared/stats.ts';
import type { Decision, StopRule } from '../controller.ts';
import type { CursorContext, TraceToken } from '../trace.ts';

/** What a peer's stop condition sees after each token. */
export interface Stream {
  readonly context: CursorContext;
  readonly text: string;
  readonly tokens: number;
}

export interface Stop {
  readonly reason: StopReason;
  readonly offset: number;
}

interface Peer {
  readonly id: string;
  /** The peer's own cap in tokens; a trace that ends sooner ends the stream. */
  readonly cap: number;
  /** Null goes on. `stream` holds the new token already. */
  readonly judge: (stream: Stream, token: TraceToken) => Stop | null;
  /** Where the served text ends once the stream ended by itself or at the cap; the whole text if left out. */
  readonly atEnd?: (stream: Stream) => number;
  readonly trim?: (text: string, context: CursorContext) => string | null;
}

function decide({ reason, offset }: Stop, tokens: number): Decision {
  return { reason, offset, tokens, pDone: null, pAlive: null };
}

/** A stop rule out of a condition on the text so far, which is all that most peers look at. */
export function accumulating(peer: Peer): StopRule<Stream> {
  const atEnd = (stream: Stream) => peer.atEnd?.(stream) ?? stream.text.length;
  return {
    id: peer.id,
    begin: (context) => ({ context, text: '', tokens: 0 }),
    step(state, token) {
      const next = { ...state, text: state.text + token.text, tokens: state.tokens + 1 };
      const stop = peer.judge(next, token);
      if (stop) return { state: next, decision: decide(stop, next.tokens) };
      if (next.tokens < peer.cap) return { state: next, decision: null };
      return { state: next, decision: decide({ reason: 'cap', offset: atEnd(next) }, next.tokens) };
    },
    end: (state, end) => decide({ reason: end, offset: atEnd(state) }, state.tokens),
    ...(peer.trim && { trim: peer.trim }),
  };
}
