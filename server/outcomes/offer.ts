import type { Outcome } from '../../shared/stats.ts';
import type { OpenOffer } from './records.ts';
import { moveRegion, trimChange, type Change, type Region } from './region.ts';

/** A suggestion that was offered, with what the user did with it so far. */
export interface Offer extends Omit<OpenOffer, 'at'> {
  /** UTF-16 offset in the document at which the suggestion begins. */
  readonly start: number;
  /** Like `acceptedWords`, for the characters that came by accepting, as a whole or in part. */
  readonly acceptedChars: number;
}

/** `text` replaces `[offset, offset + replaceAfter)` of the document when accepted. */
export interface Served {
  readonly offset: number;
  readonly text: string;
  readonly replaceAfter?: number;
}

/**
 * Where accepting would put which text, once what it would only put again in the place of the same
 * text is left out: the closing bracket that already stands after the cursor, for instance.
 */
export function placed(served: Served, documentText: string): { start: number; text: string } {
  const { offset, text, replaceAfter = 0 } = served;
  const change = trimChange({ start: offset, end: offset + replaceAfter, text }, documentText);
  return { start: change.start, text: lf(change.text) };
}

/**
 * The offer after one more change of its document.
 *
 * What stands between the suggestion's start and the place where the change ends (the cursor, as
 * far as it can be known) is compared with the suggestion: a beginning of it means typing along or
 * accepting in part, anything else that the suggestion was turned down.
 *
 * @param change trimmed, in the offsets before it
 * @param region the episode's region after it
 * @param after the document after it
 * @param alone false where one edit changed several places, as formatting does: then nothing is
 *   counted as typed or accepted
 */
export function followOffer(
  offer: Offer,
  change: Change,
  region: Region,
  after: string,
  alone: boolean,
): Offer {
  const { start } = moveRegion({ start: offer.start, end: offer.start }, change);
  const moved = { ...offer, start };
  const cursor = change.start + change.text.length - (isPair(change.text) ? 1 : 0);
  if (deletesAcross(change, offer.start)) return { ...takenBack(moved), rejected: true };
  if (cursor < start || change.start > region.end) return moved;
  if (region.end <= start) return takenBack(moved);

  const head = lf(after.slice(start, cursor));
  const taken = commonPrefix(head, offer.text);
  if (taken < head.length && taken < offer.text.length) return turnedDown(moved, taken);
  const along = { ...moved, taken, rejected: moved.rejected && taken === 0 };
  const chunk = offer.text.slice(offer.taken, taken);
  return chunk !== '' && alone && change.text !== '' ? count(along, chunk) : along;
}

/**
 * The offer once more of its text is known, as while an answer is being written.
 * @param rest from where the user stands in it
 */
export function grown(offer: Offer, rest: Pick<Offer, 'start' | 'text'>): Offer {
  if (offer.accepted || offer.rejected) return offer;
  if (offer.taken === 0) return { ...offer, ...rest };
  return { ...offer, text: offer.text.slice(0, offer.taken) + rest.text };
}

/** What became of it, as far as the user's own acts tell. */
export function outcomeOf(offer: Offer): Outcome {
  if (offer.accepted) return 'accepted';
  if (offer.acceptedWords + offer.acceptedLines > 0) return 'partly-accepted';
  if (offer.rejected) return 'rejected';
  return offer.typedChars > 0 ? 'typed-through' : 'ignored';
}

/** A chunk of the suggestion came into the document at once: typed, or accepted in part. */
function count(offer: Offer, chunk: string): Offer {
  const rest = offer.text.slice(offer.taken);
  if (chunk.length > 1 && !/^\n[ \t]*$/.test(chunk)) {
    const acceptedChars = offer.acceptedChars + chunk.length;
    if (chunk.endsWith('\n') || rest === '' || rest.startsWith('\n')) {
      return { ...offer, acceptedChars, acceptedLines: offer.acceptedLines + 1 };
    }
    if (classOf(chunk.at(-1)) !== classOf(rest[0])) {
      return { ...offer, acceptedChars, acceptedWords: offer.acceptedWords + 1 };
    }
  }
  return { ...offer, typedChars: offer.typedChars + chunk.length };
}

function turnedDown(offer: Offer, taken: number): Offer {
  const complete = offer.taken >= offer.text.trimEnd().length;
  return complete || offer.accepted ? offer : { ...offer, taken, rejected: true };
}

/** The user went back over the place where the suggestion begins. */
function deletesAcross(change: Change, start: number): boolean {
  return change.text === '' && change.start < start && change.end >= start;
}

/** All that stood after the suggestion's start is gone, as after an undo. */
function takenBack(offer: Offer): Offer {
  const touched = offer.taken > 0 || offer.accepted || offer.rejected;
  return {
    ...offer,
    taken: 0,
    acceptedWords: 0,
    acceptedLines: 0,
    accepted: false,
    rejected: touched,
  };
}

/** Editors close a bracket or a quote that is typed; the cursor then stands between the two. */
function isPair(text: string): boolean {
  return ['()', '[]', '{}', '<>', '""', "''", '``'].includes(text);
}

/** Editors end a word where the class of the characters changes. */
function classOf(char: string | undefined): 'word' | 'blank' | 'other' {
  if (char === undefined || /\s/.test(char)) return 'blank';
  return /[\p{L}\p{N}_$]/u.test(char) ? 'word' : 'other';
}

function commonPrefix(a: string, b: string): number {
  let length = 0;
  while (length < a.length && length < b.length && a[length] === b[length]) length++;
  return length;
}

export function lf(text: string): string {
  return text.replaceAll('\r\n', '\n');
}
