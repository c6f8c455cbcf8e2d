import { bracketsOf } from './brackets.ts';
import { beginReading, structureAt, type CodeReading } from './code-reading.ts';
import { beginLexing, lexLine, type LexToken } from './lexer.ts';
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

/** Reads the text before a cursor; `prefix` may begin anywhere. */
export function readPrefix(prefix: string, languageId: string): PrefixReading {
  const lines = prefix.split('\n');
  const before = lines.pop() ?? '';
  const openers: Opener[] = [];
  let state = beginLexing(modeOf(languageId));
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
