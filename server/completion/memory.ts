import type { TraceToken } from '../stopping/trace.ts';
import { tokensBehind } from './candidates/branches.ts';
import type { Nothing } from './nothing.ts';

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

/** The answer is known to be nothing. */
export interface KnownNothing {
  readonly nothing: Nothing;
}

/** What became of a request, as later keys need it. */
export interface Answered extends KnownNothing {
  readonly suggestionId: string;
  /** Null where the answer was "nothing". */
  readonly text: string | null;
  readonly replaceAfter: number;
  /** All that the engine wrote until the stop, what was given up included. */
  readonly written: string;
  /** The same by tokens, and the model that wrote it. */
  readonly tokens: readonly TraceToken[];
  readonly model: string;
}

interface Entry extends Answered {
  readonly uri: string;
  readonly anchor: number;
  readonly before: string;
  readonly after: string;
  /** Further candidates for the same place; null before somebody asked for them. */
  others: readonly Entry[] | null;
}

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
    this.#entries.unshift(entryOf(place, answered));
    this.#entries.length = Math.min(this.#entries.length, CAPACITY);
  }

  /**
   * Undefined: nothing is known here, ask the engine.
   * @param typing false where somebody asks by a command: then a text that was given up is asked for again
   */
  recall(place: Place, typing = true): Remembered | KnownNothing | undefined {
    for (const entry of this.#entries.flatMap((one) => [one, ...(one.others ?? [])])) {
      const since = typedSince(entry, place);
      if (!since) continue;
      const { typed } = since;
      const { nothing } = entry;
      if (entry.text === null && typed === '') return { nothing };
      const rest = restOf(entry, since);
      if (rest) return rest;
      if (typing && writesOn(entry.written, typed)) return { nothing };
    }
    return undefined;
  }

  /** What the engine wrote of a suggestion on show, behind what is typed of it; null where that can't be told. */
  shown(suggestionId: string, place: Place): Pick<Answered, 'tokens' | 'model'> | null {
    const entry = this.#entryOf(suggestionId);
    const since = entry && typedSince(entry, place);
    if (!since) return null;
    const { typed } = since;
    // Blanks at its beginning may have been taken off what was offered.
    const at = typed === '' ? 0 : entry.written.indexOf(typed);
    if (entry.written.slice(0, at).trim() !== '' || at < 0) return null;
    return { tokens: tokensBehind(entry.tokens, at + typed.length), model: entry.model };
  }

  /** Further candidates that agree with what is typed; null where nobody has asked for any yet. */
  others(suggestionId: string, place: Place): Remembered[] | null {
    const others = this.#entryOf(suggestionId)?.others;
    if (!others) return null;
    return others.flatMap((entry) => {
      const since = typedSince(entry, place);
      return (since && restOf(entry, since)) ?? [];
    });
  }

  /** @param place where they were asked for */
  keepOthers(suggestionId: string, place: Place, others: readonly Answered[]): void {
    const entry = this.#entryOf(suggestionId);
    if (entry) entry.others = others.map((answered) => entryOf(place, answered));
  }

  #entryOf(suggestionId: string): Entry | undefined {
    return this.#entries
      .flatMap((one) => [one, ...(one.others ?? [])])
      .find((entry) => entry.suggestionId === suggestionId);
  }

  clear(): void {
    this.#entries = [];
  }
}

function entryOf(place: Place, answered: Answered): Entry {
  return {
    ...answered,
    uri: place.uri,
    anchor: place.offset,
    before: textBefore(place.text, place.offset),
    after: textAfter(place.text, place.offset),
    others: null,
  };
}

interface Since {
  /** Behind the place of the entry. */
  readonly typed: string;
  /** What the editor has put behind the cursor meanwhile. */
  readonly closers: string;
}

/** Null where this is another place. */
function typedSince(entry: Entry, place: Place): Since | null {
  if (entry.uri !== place.uri || place.offset < entry.anchor) return null;
  if (textBefore(place.text, entry.anchor) !== entry.before) return null;
  const typed = place.text.slice(entry.anchor, place.offset).replace(/\r\n?/g, '\n');
  const closers = autoClosed(entry, place, typed);
  return closers === null ? null : { typed, closers };
}

/** What is left of it to offer behind what was typed; null where that is nothing. */
function restOf(entry: Entry, { typed, closers }: Since): Remembered | null {
  const text = entry.text?.startsWith(typed) ? entry.text.slice(typed.length) : '';
  if (text === '' || !text.includes(closers)) return null;
  const { suggestionId } = entry;
  return { suggestionId, text, replaceAfter: entry.replaceAfter + closers.length };
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
