import { isEnd, type Alternative, type TraceToken } from '../../stopping/trace.ts';

/** A place at which a text could have gone another way. */
export interface Branch {
  /** What stays of the text. */
  readonly before: readonly TraceToken[];
  /** The token that the text had there. */
  readonly instead: TraceToken;
  /** What stands there now; null where that is still to be asked. */
  readonly token: Alternative | null;
  /** That the text goes this way, by the model's own probabilities; without the token, that it goes any other way. */
  readonly probability: number;
}

/**
 * The ways in which a text could have gone otherwise, taken the likeliest first: in the place of one of its tokens an
 * alternative to it. The probability of such a beginning is that of the tokens before it times that of the token itself.
 * Where no alternatives are at hand, a place is taken as a whole, by the probability of any other token there: no single
 * one is likelier, so asking at the places in this order finds the likeliest beginnings with the fewest questions.
 */
export class Branches {
  readonly #open: Branch[] = [];

  /** @param chars of the text that is on show; what was generated behind it is left alone */
  constructor(tokens: readonly TraceToken[], chars: number) {
    let reached = 1;
    let offset = 0;
    for (const [at, instead] of tokens.entries()) {
      // Behind a token of unknown probability, that of what follows is not known either.
      if (offset >= chars || instead.logprob === null) break;
      const before = tokens.slice(0, at);
      const p = Math.exp(instead.logprob);
      const place = { before, instead, token: null, probability: reached * (1 - p) };
      if (instead.alternatives) this.settle(place, instead.alternatives);
      else this.#open.push(place);
      reached *= p;
      offset += instead.text.length;
    }
  }

  get isEmpty(): boolean {
    return this.#open.length === 0;
  }

  /** The likeliest that is left. */
  take(): Branch | undefined {
    this.#open.sort((a, b) => b.probability - a.probability);
    return this.#open.shift();
  }

  /** The tokens that could stand at a place are known now. */
  settle({ before, instead }: Branch, alternatives: readonly Alternative[]): void {
    const reached = before.reduce((sum, { logprob }) => sum + (logprob ?? 0), 0);
    for (const token of alternatives) {
      if (isEnd(token) || token.text === instead.text) continue;
      const probability = Math.exp(reached + token.logprob);
      this.#open.push({ before, instead, token, probability });
    }
  }
}

/** What is left of a text's tokens behind its first characters. Inside a token there is no branching. */
export function tokensBehind(tokens: readonly TraceToken[], chars: number): TraceToken[] {
  let offset = 0;
  return tokens.flatMap((token) => {
    const typed = chars - offset;
    offset += token.text.length;
    if (typed <= 0) return [token];
    const text = token.text.slice(typed);
    return text === '' ? [] : [{ text, logprob: 0, alternatives: [] }];
  });
}
