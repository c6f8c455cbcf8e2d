/** Where an answer is wanted: a document as it stands, and a UTF-16 offset in it. */
export interface Place {
  readonly uri: string;
  readonly text: string;
  readonly offset: number;
}

export interface Remembered {
  readonly suggestionId: string;
  /** What is left of the suggestion at the cursor; never empty. */
  readonly text: string;
  /** Characters after the cursor that accepting replaces. */
  readonly replaceAfter: number;
}

interface Entry {
  readonly suggestionId: string;
  readonly uri: string;
  readonly anchor: number;
  readonly before: string;
  readonly after: string;
  /** Null where the answer was "nothing". */
  readonly text: string | null;
  readonly replaceAfter: number;
  /** All that the engine wrote until the stop, what was given up included. */
  readonly written: string;
}

/** What became of a request, as later keys need it. */
export type Answered = Pick<Entry, 'suggestionId' | 'text' | 'replaceAfter' | 'written'>;

const CAPACITY = 50;
/** Characters on either side by which a place is recognised. */
const SURROUNDINGS = 300;

/**
 * Answers again without the engine: typing along an offered suggestion, or going back along it,
 * leaves the rest of it under the same suggestion id; asking again at a place where the answer was
 * nothing gives nothing, and so does typing along a text that was given up: the engine would write it again.
 */
export class Memory {
  #entries: Entry[] = [];

  keep(place: Place, answered: Answered): void {
    this.#entries.unshift({
      ...answered,
      uri: place.uri,
      anchor: place.offset,
      before: textBefore(place.text, place.offset),
      after: textAfter(place.text, place.offset),
    });
    this.#entries.length = Math.min(this.#entries.length, CAPACITY);
  }

  /**
   * Undefined: nothing is known here, ask the engine. Null: the answer is known to be nothing.
   * @param typing false where somebody asks by a command: then a text that was given up is asked for again
   */
  recall(place: Place, typing = true): Remembered | null | undefined {
    for (const entry of this.#entries) {
      if (entry.uri !== place.uri || place.offset < entry.anchor) continue;
      if (textBefore(place.text, entry.anchor) !== entry.before) continue;
      const typed = place.text.slice(entry.anchor, place.offset).replace(/\r\n?/g, '\n');
      const closers = autoClosed(entry, place, typed);
      if (closers === null) continue;
      if (entry.text === null && typed === '') return null;
      const left = entry.text?.startsWith(typed) ? entry.text.slice(typed.length) : '';
      if (left === '' || !left.includes(closers)) {
        if (typing && writesOn(entry.written, typed)) return null;
        continue;
      }
      const replaceAfter = entry.replaceAfter + closers.length;
      return { suggestionId: entry.suggestionId, text: left, replaceAfter };
    }
    return undefined;
  }

  clear(): void {
    this.#entries = [];
  }
}

function writesOn(written: string, typed: string): boolean {
  return written.length > typed.length && written.startsWith(typed);
}

/**
 * What the editor put after the cursor by itself while the user typed (the closers of brackets and
 * quotes): often nothing. Null where the text after the cursor is another one altogether.
 */
function autoClosed(entry: Entry, place: Place, typed: string): string | null {
  if (textAfter(place.text, place.offset) === entry.after) return '';
  const openers = typed.match(/[([{"'`]/g)?.length ?? 0;
  for (let count = 1; count <= Math.min(2, openers); count++) {
    const closers = place.text.slice(place.offset, place.offset + count);
    if (!/^[)\]}"'`]+$/.test(closers)) return null;
    if (textAfter(place.text, place.offset + count) === entry.after) return closers;
  }
  return null;
}

function textBefore(text: string, offset: number): string {
  return text.slice(Math.max(0, offset - SURROUNDINGS), offset);
}

function textAfter(text: string, offset: number): string {
  return text.slice(offset, offset + SURROUNDINGS);
}
