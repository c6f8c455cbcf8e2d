import { bracketsOf } from './brackets.ts';
import { beginReading, structureAt, type CodeReading } from './code-reading.ts';
import { beginLexing, lexLine, type LexState, type LexToken } from './lexer.ts';
import { modeOf } from './modes.ts';

/** A bracket that is open at the cursor. */
export interface Opener {
  /** UTF-16 offset into the prefix. */
  readonly at: number;
  readonly closer: string;
}

/** What the text before a cursor says about it. */
export interface PrefixReading {
  /** UTF-16 offset of the cursor's line into the prefix. */
  readonly lineStart: number;
  /** Of that line, to be read on from the cursor. */
  readonly reading: CodeReading;
  readonly inString: boolean;
  readonly inComment: boolean;
  /** Innermost last. */
  readonly openers: readonly Opener[];
  /** The last line with code on it that is complete or the cursor's own, comments taken out. */
  readonly lastCodeLine: string;
}

let last: { prefix: string; languageId: string; read: PrefixReading } | null = null;

/** Reads the text before a cursor; `prefix` may begin anywhere. Several ask for the same one in turn. */
export function readPrefix(prefix: string, languageId: string): PrefixReading {
  if (last?.prefix !== prefix || last.languageId !== languageId) {
    last = { prefix, languageId, read: readLines(prefix, beginLexing(modeOf(languageId))) };
  }
  return last.read;
}

function readLines(prefix: string, start: LexState): PrefixReading {
  const lines = prefix.split('\n');
  const before = lines.pop() ?? '';
  const openers: Opener[] = [];
  let state = start;
  let offset = 0;
  let lastCodeLine = '';
  const take = (line: string, tokens: readonly LexToken[]) => {
    for (const { at, closer, opens } of bracketsOf(line, tokens)) {
      if (opens) openers.push({ at: offset + at, closer });
      else openers.pop();
    }
    const code = codeOf(line, tokens);
    if (code.trim() !== '') lastCodeLine = code;
    offset += line.length + 1;
  };
  for (const line of lines) {
    const read = lexLine(state, line);
    take(line, read.tokens);
    state = read.state;
  }
  take(before, lexLine(state, before).tokens);
  const reading = beginReading(state, before);
  const { inString, inComment } = structureAt(reading);
  const lineStart = prefix.length - before.length;
  return { lineStart, reading, inString, inComment, openers, lastCodeLine };
}

function codeOf(line: string, tokens: readonly LexToken[]): string {
  return tokens
    .filter(({ kind }) => kind !== 'comment')
    .map(({ from, to }) => line.slice(from, to))
    .join('');
}
