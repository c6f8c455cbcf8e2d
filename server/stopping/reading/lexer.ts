import CodeMirror, { type Mode } from 'codemirror/addon/runmode/runmode.node.js';

/** What a piece of a line is. `tag` is a bracket of markup; what is nothing else counts as code. */
export type TokenKind = 'code' | 'string' | 'comment' | 'tag';

/** A lexical token of one line; UTF-16 offsets into that line. */
export interface LexToken {
  readonly from: number;
  readonly to: number;
  readonly kind: TokenKind;
}

/** Where a tokenizer stands between two tokens. Never changed once it is handed out. */
export interface LexState {
  readonly mode: Mode;
  readonly inner: unknown;
}

const TAB = 4;
/** A tokenizer may take a step without a character, to change its state; not for ever. */
const MOST_EMPTY_STEPS = 16;
const ORACLE = { lookAhead: () => undefined, baseToken: () => undefined };

/** Whether a tokenizer can go on from here in a line that has grown: it has read nothing ahead. */
export function canResume({ inner }: LexState): boolean {
  return (inner as { pending?: unknown }).pending == null;
}

export function beginLexing(mode: Mode): LexState {
  return { mode, inner: CodeMirror.startState(mode) };
}

function kindOf(style: string | null | undefined): TokenKind {
  if (!style) return 'code';
  if (style.includes('comment')) return 'comment';
  if (style.includes('tag bracket')) return 'tag';
  return /\bstring/.test(style) ? 'string' : 'code';
}

/**
 * Reads a line from a place between two of its tokens.
 *
 * @param line without its line break
 * @param from UTF-16 offset at which `state` holds
 * @param until reading ends before the first token that begins here or later
 */
export function lexLine(
  state: LexState,
  line: string,
  from = 0,
  until = Infinity,
): { readonly tokens: LexToken[]; readonly state: LexState } {
  const { mode } = state;
  const inner = CodeMirror.copyState(mode, state.inner);
  const tokens: LexToken[] = [];
  if (line === '') {
    mode.blankLine?.(inner);
    return { tokens, state: { mode, inner } };
  }
  const stream = new CodeMirror.StringStream(line, TAB, ORACLE);
  stream.pos = stream.start = from;
  let empty = 0;
  while (!stream.eol() && stream.start < until) {
    const kind = kindOf(mode.token(stream, inner));
    if (stream.pos > stream.start) {
      tokens.push({ from: stream.start, to: stream.pos, kind });
      empty = 0;
    } else if (++empty > MOST_EMPTY_STEPS) {
      stream.pos += 1;
    }
    stream.start = stream.pos;
  }
  return { tokens, state: { mode, inner } };
}
