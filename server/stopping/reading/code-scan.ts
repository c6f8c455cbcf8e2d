/**
 * An incremental reading of code that knows brackets and quotes and nothing else, so that it serves
 * every language. A string ends at its line's end unless a backtick opened it. An apostrophe after
 * a letter, `&` or `<` opens no string: it is prose or a Rust lifetime.
 */
export interface CodeScan {
  /** Closers that would close what is open, innermost last; angle brackets are not brackets here. */
  readonly open: string;
  /** The quote that opened the string we are in, or ''. */
  readonly quote: string;
  /** The character before the next one; '' after an escaped character. */
  readonly previous: string;
  /** How many closers closed what was not opened here. */
  readonly excess: number;
}

export const SCAN_START: CodeScan = { open: '', quote: '', previous: '', excess: 0 };

const CLOSER_OF: Readonly<Record<string, string>> = { '(': ')', '[': ']', '{': '}' };

export const isOpener = (char: string): boolean => char === '(' || char === '[' || char === '{';
export const isCloser = (char: string): boolean => char === ')' || char === ']' || char === '}';

/** Reads one more UTF-16 code unit. */
export function scanChar(scan: CodeScan, char: string): CodeScan {
  const { open, quote, previous } = scan;
  if (quote !== '') {
    if (previous === '\\') return { ...scan, previous: '' };
    const ends = char === quote || (char === '\n' && quote !== '`');
    return { ...scan, quote: ends ? '' : quote, previous: char };
  }
  if (isOpener(char)) return { ...scan, open: open + (CLOSER_OF[char] ?? ''), previous: char };
  if (isCloser(char)) {
    if (open === '') return { ...scan, excess: scan.excess + 1, previous: char };
    return { ...scan, open: open.slice(0, -1), previous: char };
  }
  return { ...scan, quote: opensString(char, previous) ? char : '', previous: char };
}

function opensString(char: string, previous: string): boolean {
  return char === '"' || char === '`' || (char === "'" && !/[\p{L}\p{N}_&<]/u.test(previous));
}
