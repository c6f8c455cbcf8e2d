import { contextKind } from '../stopping/reading/context-kind.ts';
import type { CursorContext } from '../stopping/trace.ts';
import type { WindowSize } from './sizing.ts';

/** The text of a document around the cursor, as the prompt and the stop rule see it. */
export interface Window {
  readonly context: CursorContext;
  /** UTF-16 offset of the prefix's first character in the document. */
  readonly start: number;
}

/**
 * Cuts prefix and suffix out of a document. The prefix's start stays where it is while the cursor
 * moves within a block of half the window, so that the engine's prefix cache holds from one keystroke
 * to the next; it stands at the start of a line where one is near. Line breaks become LF, and no
 * surrogate pair is cut.
 */
export function readWindow(
  text: string,
  offset: number,
  size: WindowSize,
  languageId: string,
  multiLine: CursorContext['multiLine'],
): Window {
  const start = prefixStart(text, offset, size.prefixChars);
  const prefix = toLf(text.slice(start, offset));
  const suffix = toLf(text.slice(offset, suffixEnd(text, offset, size.suffixChars)));
  const kind = contextKind(prefix, suffix, languageId);
  return { context: { prefix, suffix, languageId, kind, multiLine }, start };
}

function prefixStart(text: string, offset: number, prefixChars: number): number {
  const block = Math.max(1, Math.floor(prefixChars / 2));
  const earliest = Math.max(0, (Math.floor(offset / block) - 1) * block);
  if (earliest === 0) return 0;
  const lineStart = text.indexOf('\n', earliest - 1) + 1;
  if (lineStart > 0 && lineStart <= earliest + block / 2 && lineStart <= offset) return lineStart;
  return isLowSurrogate(text, earliest) ? earliest + 1 : earliest;
}

function suffixEnd(text: string, offset: number, suffixChars: number): number {
  const end = Math.min(text.length, offset + suffixChars);
  return isLowSurrogate(text, end) ? end - 1 : end;
}

function isLowSurrogate(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  return code >= 0xdc00 && code <= 0xdfff;
}

function toLf(text: string): string {
  return text.replace(/\r\n?/g, '\n');
}
