import type { StopReason } from '../../shared/protocol.ts';
import { readBoundaries, readToken, type Boundary, type BoundaryReader } from './boundary.ts';
import { NO_TOKENS, addToken, pAlive, pDone, type Confidence } from './confidence.ts';
import type { Decision, Step, StopRule } from './controller.ts';
import { cursorLine } from './cursor-line.ts';
import {
  LOOP_MEMORY,
  endsBlock,
  loopsInLines,
  loopsInTokens,
  reproducesSuffix,
} from './hard-stops.ts';
import { followedBlock, type OpenedBlock } from './lines.ts';
import { thresholdsOf, type Thresholds } from './presets.ts';
import type { CursorContext, TraceEnd, TraceToken } from './trace.ts';

interface State {
  readonly context: CursorContext;
  readonly thresholds: Thresholds;
  readonly maxTokens: number;
  readonly reader: BoundaryReader;
  readonly tokens: number;
  /** Of the line under way. */
  readonly confidence: Confidence;
  /** Where the line under way begins. */
  readonly lineStart: number;
  /** Complete lines, trimmed; blank ones at the start are not among them. */
  readonly lines: readonly string[];
  readonly block: OpenedBlock | null;
  readonly recent: readonly string[];
  /** The last line's end that passed the show bar; 0 before there was one. */
  readonly servable: number;
}

/**
 * Our rule: serve at the first boundary at which the cursor's line is complete, go on to further
 * lines only where `goesOn` says so, and give up as soon as the line is improbable. How it decides,
 * and what that is worth, is docs/stopping.md.
 */
export const shortstopRule: StopRule<State> = {
  id: 'shortstop',

  begin(context, settings) {
    return {
      context,
      thresholds: thresholdsOf(settings),
      maxTokens: settings.maxTokens,
      reader: readBoundaries(cursorLine(context)),
      tokens: 0,
      confidence: NO_TOKENS,
      lineStart: 0,
      lines: [],
      block: null,
      recent: [],
      servable: 0,
    };
  },

  step(before, token) {
    const { reader, found } = readToken(before.reader, token.text);
    let state = withToken(before, reader, token);
    for (const boundary of found) {
      const step = atBoundary(state, boundary);
      if (step.decision) return step;
      state = step.state;
    }
    return { state, decision: afterToken(state) };
  },

  end(state, end: TraceEnd) {
    const { text } = state.reader;
    return end === 'natural-end'
      ? serve(state, 'natural-end', text.trimEnd().length)
      : decide(state, 'cap', state.servable);
  },
};

function withToken(state: State, reader: BoundaryReader, token: TraceToken): State {
  return {
    ...state,
    reader,
    tokens: state.tokens + 1,
    confidence: addToken(state.confidence, token.logprob),
    recent: [...state.recent.slice(1 - LOOP_MEMORY), token.text],
  };
}

function atBoundary(state: State, { at, offset }: Boundary): Step<State> {
  const { context, reader } = state;
  if (at !== 'line-end') return { state, decision: serve(state, at, offset) };

  const current = reader.text.slice(state.lineStart, offset);
  const lineStart = reader.text.indexOf('\n', offset) + 1;
  if (current.trim() === '') {
    if (state.lines.length > 0)
      return { state, decision: decide(state, 'blank-line', state.servable) };
    if (context.kind === 'block-start') return { state: { ...state, lineStart }, decision: null };
    return { state, decision: decide(state, 'line-end', 0) };
  }
  if (reproducesSuffix(current, reader.line.nextLine, true)) {
    return { state, decision: decide(state, 'suffix-reproduced', state.servable) };
  }
  const lines = [...state.lines, current.trim()];
  if (loopsInLines(lines)) return { state, decision: decide(state, 'loop', state.servable) };

  const end = reader.line.insertsLines ? lineStart : reader.text.slice(0, offset).trimEnd().length;
  const block =
    context.multiLine === 'auto'
      ? followedBlock(context, reader, current, state.confidence, state.block)
      : null;
  const one = context.multiLine === 'never' || (context.multiLine === 'auto' && !block);
  if (one) return { state, decision: serve(state, 'line-end', end) };
  const done = pDone(state.confidence);
  if (state.block && done !== null && done >= state.thresholds.tauDone) {
    return { state, decision: serve(state, 'confident', end) };
  }
  const servable = passesBar(state) ? end : state.servable;
  const next = { ...state, lines, lineStart, block, servable, confidence: NO_TOKENS };
  return { state: next, decision: null };
}

function afterToken(state: State): Decision | null {
  const { reader, lineStart, thresholds, servable } = state;
  if (state.lines.length > 0) {
    const left = endsBlock(reader, lineStart, state.block);
    if (left) return decide(state, left, servable);
  }
  if (reproducesSuffix(reader.text.slice(lineStart), reader.line.nextLine, false)) {
    return decide(state, 'suffix-reproduced', servable);
  }
  if (loopsInTokens(state.recent)) return decide(state, 'loop', servable);
  const alive = pAlive(state.confidence);
  if (alive !== null && alive <= thresholds.tauAlive) return decide(state, 'hopeless', servable);
  return state.tokens >= state.maxTokens ? decide(state, 'cap', servable) : null;
}

function passesBar(state: State): boolean {
  const done = pDone(state.confidence);
  return done === null || done >= state.thresholds.showBar;
}

/** Serves up to `offset`; where its line does not pass the show bar, up to the last one that did. */
function serve(state: State, reason: StopReason, offset: number): Decision {
  return decide(state, reason, passesBar(state) ? offset : state.servable);
}

function decide(state: State, reason: StopReason, offset: number): Decision {
  const blank = state.reader.text.slice(0, offset).trim() === '';
  return {
    reason,
    offset: blank ? 0 : offset,
    tokens: state.tokens,
    pDone: pDone(state.confidence),
    pAlive: pAlive(state.confidence),
  };
}
