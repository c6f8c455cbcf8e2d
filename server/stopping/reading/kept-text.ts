import { SCAN_START, scanChar } from './code-scan.ts';
import { columns, indentAt } from './indentation.ts';
import type { ContextKind } from '../trace.ts';

/**
 * The kept text: the part of `region` (what stands between an episode's two anchors) that the
 * request asked for. Block start and empty line: before the first line indented less than the
 * request's line. Else: at the first line break outside brackets opened since the cursor.
 *
 * @param indent the blanks with which the request's line begins
 */
export function cutKeptText(region: string, kind: ContextKind, indent: string): string {
  const text = region.replaceAll('\r\n', '\n');
  return kind === 'block-start' || kind === 'empty-line'
    ? beforeDedent(text, columns(indent))
    : firstStatementLine(text);
}

function firstStatementLine(text: string): string {
  let scan = SCAN_START;
  for (let at = 0; at < text.length; at++) {
    const char = text.charAt(at);
    scan = scanChar(scan, char);
    if (char === '\n' && scan.open === '' && scan.quote === '') return text.slice(0, at);
  }
  return text;
}

function beforeDedent(text: string, limit: number): string {
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) {
    const indent = indentAt(text, at + 1);
    const first = text[at + 1 + indent.length];
    if (first !== undefined && first !== '\n' && columns(indent) < limit) return text.slice(0, at);
  }
  return text;
}
