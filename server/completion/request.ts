import type { Settings } from '../../shared/settings.ts';
import type { Trigger } from '../outcomes/records.ts';
import type { Nothing } from './nothing.ts';
import type { FileVerdict } from './private-files.ts';

/** One keystroke's question, or one that was asked by a command. */
export interface CompletionRequest {
  readonly uri: string;
  readonly languageId: string;
  /** A salted hash of the root that the document is under; null outside of any workspace. */
  readonly workspace: string | null;
  /** The document, as if the editor's suggestion list had inserted its selected entry. */
  readonly text: string;
  /** UTF-16 offset of the cursor behind that entry. */
  readonly offset: number;
  /** What of that entry is not typed yet; empty where no list is open. */
  readonly ahead: string;
  readonly trigger: Trigger;
  /** Whether it comes with a key, and not by a command: only then may the daemon stay silent. */
  readonly typing: boolean;
  readonly settings: Settings;
  readonly file: FileVerdict;
  /** Milliseconds since the epoch. */
  readonly pausedUntil: number;
  /** False once the document or the cursor has moved on: then nothing is offered. */
  readonly isCurrent: () => boolean;
  /** The document as it stands by then; null once it is closed. */
  readonly textNow: () => string | null;
  /** Somebody asked for further candidates, where one is on show. */
  readonly wantsMore?: boolean;
  /** Told of the answer's beginning, each time it has grown: only of what the whole answer begins with. */
  readonly onBeginning?: (beginning: Suggestion) => void;
  /** Told before an answer that is nothing, where somebody asked for it by a command. */
  readonly onNothing?: (nothing: Nothing) => void;
}

export interface Suggestion {
  readonly id: string;
  /** To be inserted at the cursor; LF line breaks. */
  readonly text: string;
  /** Characters after the cursor that the text replaces. */
  readonly replaceAfter: number;
  readonly fromMemory: boolean;
  /** Further candidates, the likeliest first, where they were asked for. */
  readonly others?: readonly Suggestion[];
}

/** The document as it really stands, without the entry of an open suggestion list. */
export function realPlace({
  text,
  offset,
  ahead,
}: Pick<CompletionRequest, 'text' | 'offset' | 'ahead'>): { text: string; offset: number } {
  if (ahead === '') return { text, offset };
  const cursor = offset - ahead.length;
  return { text: text.slice(0, cursor) + text.slice(offset), offset: cursor };
}
