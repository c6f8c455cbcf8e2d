/** What a simulated user does with a suggestion, given the text that is about to be written. */

export const ACTS = [
  'accept',
  'accept and edit',
  'accept a word',
  'accept a line',
  'type along',
  'reject',
  'ignore',
  /** Nothing was offered. */
  'write',
] as const;
export type Act = (typeof ACTS)[number];

/**
 * The acts that make sense: accepting what matches, accepting part of what begins right, typing on
 * over the rest, or leaving the place as it is.
 *
 * @param served the suggestion, from the cursor on
 * @param wanted what the user means to write there
 */
export function possibleActs(served: string, wanted: string): Act[] {
  const begun = commonPrefix(served, wanted);
  if (served === '') return ['write'];
  if (begun === served.length) {
    const acts: Act[] = ['accept', 'type along'];
    if (firstWord(served).length < served.trimEnd().length) acts.push('accept a word');
    if (firstLine(served) !== null) acts.push('accept a line');
    return acts;
  }
  const acts: Act[] = ['reject', 'ignore'];
  const word = firstWord(served);
  if (word.length > 1 && word.length <= begun) acts.push('accept a word');
  const line = firstLine(served);
  if (line !== null && line.length <= begun) acts.push('accept a line');
  if (begun >= 3 && begun >= 0.4 * served.length) acts.push('accept and edit');
  return acts;
}

/**
 * Draws one of them: the one done least often so far, at random among equals, so that every kind
 * occurs early; accepting counts at half weight, as the usual end of a suggestion that matches.
 *
 * @param random uniform in [0, 1)
 */
export function chooseAct(
  acts: readonly Act[],
  done: ReadonlyMap<Act, number>,
  random: () => number,
): Act {
  const weight = (act: Act) => (done.get(act) ?? 0) * (act === 'accept' ? 0.5 : 1);
  const least = Math.min(...acts.map(weight));
  const candidates = acts.filter((act) => weight(act) === least);
  const chosen = candidates[Math.floor(random() * candidates.length)];
  if (!chosen) throw new Error('no act to choose from');
  return chosen;
}

/** As editors accept a word: leading blanks, then characters of one class. */
export function firstWord(text: string): string {
  return /^\s*(?:[\p{L}\p{N}_$]+|[^\p{L}\p{N}_$\s]+)/u.exec(text)?.[0] ?? '';
}

/** The first line with its break; null where the text is one line. */
export function firstLine(text: string): string | null {
  const end = text.indexOf('\n', 1);
  return end === -1 || end === text.length - 1 ? null : text.slice(0, end + 1);
}

export function commonPrefix(a: string, b: string): number {
  let length = 0;
  while (length < a.length && length < b.length && a[length] === b[length]) length++;
  return length;
}
