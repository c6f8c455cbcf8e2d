import { seededRandom } from '../../server/learning/random.ts';
import { seedOf } from '../../server/learning/calibrate/order.ts';

/** How a simulated person types and reads; times in milliseconds. */
export interface Person {
  readonly id: string;
  /** Median over typists of a typist's mean time between keys. */
  readonly keyMs: number;
  /** Spread between typists: standard deviation of the logarithm. */
  readonly typistSpread: number;
  /** Spread of one typist's keys: standard deviation of the logarithm. */
  readonly keySpread: number;
  /** How many times as long the pause before a token's first key is. */
  readonly tokenStart: number;
  /** A key that is due so soon after an offer came is pressed before the offer is seen. */
  readonly committedMs: number;
  /** To notice an offer, and then to read each character of it. */
  readonly noticeMs: number;
  readonly readMsPerChar: number;
  /** Nobody reads longer than that before deciding. */
  readonly longestReadMs: number;
  /** Whether an offer of which only the beginning agrees is accepted by the line and the word. */
  readonly byWord: boolean;
}

/**
 * Time between keys: mean 238.7 ms, standard deviation 111.6 over 168,000 typists (Dhakal et al. 2018, "Observations
 * on Typing from 136 Million Keystrokes"), as a log-normal distribution. Reading: 238 words a minute of six
 * characters (Brysbaert 2019). The other figures are assumed; `--sensitivity` halves and doubles each.
 */
export const TYPIST: Person = {
  id: 'typist',
  keyMs: 216,
  typistSpread: 0.44,
  keySpread: 0.4,
  tokenStart: 1.5,
  committedMs: 100,
  noticeMs: 150,
  readMsPerChar: 42,
  longestReadMs: 1000,
  byWord: true,
};

/** A key every 180 ms, whole offers only, no time to read. */
export const PLAIN: Person = {
  id: 'plain',
  keyMs: 180,
  typistSpread: 0,
  keySpread: 0,
  tokenStart: 1,
  committedMs: 0,
  noticeMs: 0,
  readMsPerChar: 0,
  longestReadMs: 0,
  byWord: false,
};

export const PERSONS: readonly Person[] = [TYPIST, PLAIN];

/** Of mean 0 and standard deviation 1 (Box and Muller 1958). */
function normal(random: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

const isWord = (char: string | undefined) => char !== undefined && /\w/.test(char);

/** The same keys at the same places, whatever is offered on the way. */
export class Typist {
  readonly #person: Person;
  readonly #stretch: string;
  readonly #pace: number;

  constructor(person: Person, stretch: string) {
    this.#person = person;
    this.#stretch = stretch;
    const random = seededRandom(seedOf(`typist ${stretch}`, 1));
    this.#pace = person.keyMs * Math.exp(person.typistSpread * normal(random));
  }

  /** Time until the key for the character at `at`. */
  keyMs(wanted: string, at: number): number {
    const random = seededRandom(seedOf(`key ${at} ${this.#stretch}`, 1));
    const starts = at > 0 && !(isWord(wanted[at - 1]) && isWord(wanted[at]));
    const pause = starts ? this.#person.tokenStart : 1;
    return this.#pace * pause * Math.exp(this.#person.keySpread * normal(random));
  }

  readMs(offer: string): number {
    const { noticeMs, readMsPerChar, longestReadMs } = this.#person;
    return Math.min(longestReadMs, noticeMs + readMsPerChar * offer.length);
  }
}

/** What is accepted of an offer: so many characters by so many keys; null where it is typed over. */
export function acceptedOf(
  offer: string,
  wanted: string,
  { byWord }: Pick<Person, 'byWord'>,
): { readonly chars: number; readonly keys: number; readonly whole: boolean } | null {
  if (offer.length >= 2 && wanted.startsWith(offer)) {
    return { chars: offer.length, keys: 1, whole: true };
  }
  if (!byWord) return null;
  let chars = 0;
  let keys = 0;
  // Editors accept by the line as well: a whole line that agrees is one key.
  for (const pieces of [/\n*[^\n]+(?=\n)/g, /\s*(?:\w+|[^\w\s]+)/g]) {
    for (const [piece] of offer.slice(chars).matchAll(pieces)) {
      if (!wanted.startsWith(offer.slice(0, chars + piece.length))) break;
      chars += piece.length;
      keys += 1;
    }
  }
  return chars > keys ? { chars, keys, whole: chars === offer.length } : null;
}
