import { SCAN_START, isCloser, scanChar } from '../stopping/code-scan.ts';

/** Offsets of closing brackets that close what the text did not open; strings are left out. */
export function unmatchedClosers(text: string): number[] {
  const found: number[] = [];
  let scan = SCAN_START;
  for (let at = 0; at < text.length; at++) {
    const char = text.charAt(at);
    if (scan.quote === '' && scan.open === '' && isCloser(char)) found.push(at);
    scan = scanChar(scan, char);
  }
  return found;
}
