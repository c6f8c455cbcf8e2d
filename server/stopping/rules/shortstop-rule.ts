import type { StopReason } from '../../../shared/stats.ts';
import {
  readBoundaries,
  readToken,
  restAtEnd,
  type Boundary,
  type BoundaryReader,
} from '../reading/boundary.ts';
import { NO_TOKENS, addToken, pAlive, pDone, type Confidence } from './confidence.ts';
import type { Decision, Step, StopRule } from '../controller.ts';
import { cursorLine } from '../reading/cursor-line.ts';
import {
  LOOP_MEMORY,
  endsBlock,
  loopsInLines,
  loopsInTokens,
  reproducesSuffix,
  type LineStart,
} from './hard-stops.ts';
import { columns, indentAt } from '../reading/indentation.ts';
import { followedBlock } from '../reading/lines.ts';
import type { OperatingPoint } from '../policy/point.ts';
import type { CursorContext, TraceEnd, TraceToken } from '../trace.ts';

export interface ShortstopState {
  readonly context: CursorContext;
  readonly point: OperatingPoint;
  readonly maxTokens: number;
  readonly reader: BoundaryReader;
  readonly tokens: number;
  /** Of the line under way. */
  readonly confidence: Confidence;
  readonly start: LineStart;
  /** Complete lines, trimmed; blank ones at the start are not among them. */
  readonly lines: readonly string[];
  readonly recent: readonly string[];
  /** The last line's end that passed the show bar; 0 before there was one. */
  readonly servable: number;
}

/**
 * Our rule: serve at the first boundary at which the cursor's line is complete, go on to further
 * lines only where `goesOn` says so, and give up as soon as the line is improbable. How it decides,
 * and what that is worth, is docs/stopping.md.
 */
export const shortstopRule: StopRule<ShortstopState> = {
  id: 'shortstop',

  begin(context, settings) {
    return {
      context,
      point: settings,
      maxTokens: settings.maxTokens,
      reader: readBoundaries(cursorLine(context)),
      tokens: 0,
      confidence: NO_TOKENS,
      start: { offset: 0, excess: 0, block: null },
      lines: [],
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
      ? serve(state, 'natural-end', restAtEnd(state.reader) ?? text.trimEnd().length)
      : decide(state, 'cap', state.servable);
  },

  // What goes on behind a line break is asked for again: one request of 200 (docs/stopping-experiments.md).
  stopStrings({ multiLine }, { showBar }) {
    return multiLine === 'always' || showBar > 0 ? [] : ['\n'];
  },

  // Every decision from here on serves at least these lines: up to `servable`, or up to a later boundary.
  sure: ({ servable }) => servable,

  scores: ({ confidence }) => ({ pDone: pDone(confidence), pAlive: pAlive(confidence) }),
};

function withToken(
  state: ShortstopState,
  reader: BoundaryReader,
  token: TraceToken,
): ShortstopState {
  return {
    ...state,
    reader,
    tokens: state.tokens + 1,
    confidence: addToken(state.confidence, token.logprob),
    recent: [...state.recent.slice(1 - LOOP_MEMORY), token.text],
  };
}

function atBoundary(state: ShortstopState, { at, offset }: Boundary): Step<ShortstopState> {
  if (at !== 'line-end') return { state, decision: serve(state, at, offset) };
  const { text } = state.reader;
  const nextLine = text.indexOf('\n', offset) + 1;
  const current = text.slice(state.start.offset, offset);
  return current.trim() === ''
    ? atBlankLine(state, nextLine)
    : atLineEnd(state, current, offset, nextLine);
}

/** Blank lines may stand before the body of a block, and end every other answer. */
function atBlankLine(state: ShortstopState, nextLine: number): Step<ShortstopState> {
  if (state.lines.length > 0) {
    return { state, decision: decide(state, 'blank-line', state.servable) };
  }
  if (state.context.kind !== 'block-start')
    return { state, decision: decide(state, 'line-end', 0) };
  return { state: { ...state, start: { ...state.start, offset: nextLine } }, decision: null };
}

function atLineEnd(
  state: ShortstopState,
  current: string,
  offset: number,
  nextLine: number,
): Step<ShortstopState> {
  const { context, reader, confidence, point, start, servable } = state;
  const stop = (decision: Decision) => ({ state, decision });
  const left = leftBlock(state);
  if (left) return stop(left);
  if (repeatsBelow(state, current)) return stop(decide(state, 'suffix-reproduced', servable));
  const lines = [...state.lines, current.trim()];
  if (loopsInLines(lines)) return stop(decide(state, 'loop', servable));

  const end = reader.line.insertsLines ? nextLine : reader.text.slice(0, offset).trimEnd().length;
  const block = followedBlock(context, reader, current, confidence, start.block);
  if (context.multiLine !== 'always' && !block) return stop(serve(state, 'line-end', end));
  const done = pDone(confidence);
  if (start.block && done !== null && done >= point.tauDone) {
    return stop(serve(state, 'confident', end));
  }
  const next: ShortstopState = {
    ...state,
    lines,
    start: { offset: nextLine, excess: reader.scan.excess, block },
    servable: passesBar(state) ? end : servable,
    confidence: NO_TOKENS,
  };
  return { state: next, decision: null };
}

function afterToken(state: ShortstopState): Decision | null {
  const { point, servable } = state;
  const left = leftBlock(state);
  if (left) return left;
  if (loopsInTokens(state.recent)) return decide(state, 'loop', servable);
  const alive = pAlive(state.confidence);
  if (alive !== null && alive <= point.tauAlive) return decide(state, 'hopeless', servable);
  return state.tokens >= state.maxTokens ? decide(state, 'cap', servable) : null;
}

function leftBlock(state: ShortstopState): Decision | null {
  const reason = state.lines.length > 0 ? endsBlock(state.reader, state.start) : null;
  return reason && decide(state, reason, state.servable);
}

/** Whether the line that ended, what stood before the cursor included, is the one below the cursor. */
function repeatsBelow({ reader: { line }, lines }: ShortstopState, current: string): boolean {
  if (lines.length > 0) return reproducesSuffix(current, line.nextLine);
  const whole = line.before + current;
  // `end` above an `end` that is indented less closes something else.
  const asDeep = line.insertsLines || columns(indentAt(whole, 0)) === line.nextIndent;
  return asDeep && line.rest.trim() === '' && reproducesSuffix(whole, line.nextLine);
}

function passesBar(state: ShortstopState): boolean {
  const done = pDone(state.confidence);
  return done === null || done >= state.point.showBar;
}

/** Serves up to `offset`; where its line does not pass the show bar, up to the last one that did. */
function serve(state: ShortstopState, reason: StopReason, offset: number): Decision {
  return decide(state, reason, passesBar(state) ? offset : state.servable);
}

function decide(state: ShortstopState, reason: StopReason, offset: number): Decision {
  const blank = state.reader.text.slice(0, offset).trim() === '';
  return {
    reason,
    offset: blank ? 0 : offset,
    tokens: state.tokens,
    pDone: pDone(state.confidence),
    pAlive: pAlive(state.confidence),
  };
}
