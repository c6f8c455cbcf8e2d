import { canBecome, matchOffset } from '../../server/stopping/match.ts';

/** Tokens that a labels-only recording runs on once its label is known under today's boundaries and repairs. */
const MARGIN = 24;
/** Where no line ends, so many times more. */
const LONGEST = 2;

/**
 * Says when a labels-only recording has shown all that its label needs, with a margin: labels are made again
 * whenever boundaries or repairs change, so the text goes on where another repair might still make it the
 * wanted one, and another rule might serve later.
 */
export class LabelWatch {
  readonly #gold: string;
  #text = '';
  /** Tokens since the label was known. */
  #since: number | null = null;
  #matched = false;
  #knownAt = 0;

  constructor(gold: string) {
    this.#gold = gold;
  }

  /** @returns whether recording may end after this token */
  add(token: string): boolean {
    this.#text += token;
    if (this.#since === null) {
      this.#matched = matchOffset(this.#text, this.#gold) !== null;
      if (!this.#matched && canBecome(this.#text, this.#gold)) return false;
      this.#since = 0;
      this.#knownAt = this.#text.length;
      return false;
    }
    this.#since += 1;
    if (this.#matched) return this.#since >= MARGIN;
    const lines = this.#text.slice(this.#knownAt).split('\n').length - 1;
    return lines >= 2 || (lines === 1 && this.#since >= MARGIN) || this.#since >= LONGEST * MARGIN;
  }
}
