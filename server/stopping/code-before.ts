import { SCAN_START, isCloser, isOpener, scanChar } from './code-scan.ts';
import type { LanguageMarks } from './languages.ts';

export interface CodeBefore {
  readonly inComment: boolean;
  /** Offsets of the brackets that are open at the cursor, innermost last. */
  readonly openers: readonly number[];
  /** The last line with code on it that is complete or the cursor's own, comments taken out. */
  readonly lastCodeLine: string;
}

/** Reads the code before a cursor, comments left out. `prefix` may begin anywhere. */
export function codeBefore(prefix: string, marks: LanguageMarks): CodeBefore {
  let scan = SCAN_START;
  const openers: number[] = [];
  let line = '';
  let lastCodeLine = '';
  let at = 0;
  const skipTo = (mark: string, from: number) => {
    const found = prefix.indexOf(mark, from);
    return found === -1 ? prefix.length : found;
  };
  while (at < prefix.length) {
    if (scan.quote === '') {
      const block = marks.block.find(([open]) => prefix.startsWith(open, at));
      if (block) {
        const close = skipTo(block[1], at + block[0].length);
        if (close === prefix.length) return { inComment: true, openers, lastCodeLine };
        at = close + block[1].length;
        continue;
      }
      if (marks.line.some((mark) => prefix.startsWith(mark, at) && startsComment(prefix, at))) {
        at = skipTo('\n', at);
        if (at === prefix.length) return { inComment: true, openers, lastCodeLine };
      }
    }
    const char = prefix.charAt(at);
    const inCode = scan.quote === '';
    scan = scanChar(scan, char);
    if (inCode && isOpener(char)) openers.push(at);
    if (inCode && isCloser(char)) openers.pop();
    if (char === '\n') {
      if (line.trim() !== '') lastCodeLine = line;
      line = '';
    } else line += char;
    at++;
  }
  return { inComment: false, openers, lastCodeLine: line.trim() === '' ? lastCodeLine : line };
}

/** `#` inside a word (`$#`, `a#b`) and `//` after a colon (a bare URL) start no comment. */
function startsComment(text: string, at: number): boolean {
  const previous = at === 0 ? '' : text.charAt(at - 1);
  return text.startsWith('//', at) ? previous !== ':' : !/[\w$&\\]/.test(previous);
}
