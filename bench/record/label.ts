import { canBecome, matchOffset } from '../match.ts';

/** Tokens that a labels-only recording runs on past the match, so that a rule that serves later is seen too. */
const PAST_MATCH = 24;

/** Says when a labels-only recording has shown all that its label needs. */
export class LabelWatch {
  readonly #gold: string;
  #text = '';
  #sinceMatch: number | null = null;

  constructor(gold: string) {
    this.#gold = gold;
  }

  /** @returns whether recording may end after this token */
  add(token: string): boolean {
    this.#text += token;
    if (this.#sinceMatch !== null) this.#sinceMatch += 1;
    else if (matchOffset(this.#text, this.#gold) !== null) this.#sinceMatch = 0;
    return this.#sinceMatch === null
      ? !canBecome(this.#text, this.#gold)
      : this.#sinceMatch >= PAST_MATCH;
  }
}
