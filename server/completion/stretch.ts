import type { LastAnswer, StretchNow } from '../learning/asking/question.ts';
import { contextKind } from '../stopping/reading/context-kind.ts';
import type { TraceToken } from '../stopping/trace.ts';
import type { Place } from './memory.ts';

/** What the engine answered to a request of a stretch. */
export interface StretchAnswer {
  /** As the rule saw them. */
  readonly tokens: readonly TraceToken[];
  readonly offered: boolean;
  /** As the rule left it; null where it has none. */
  readonly pAlive: number | null;
}

interface Latest extends StretchAnswer {
  readonly offset: number;
  readonly written: string;
  readonly accepted: boolean;
  readonly failures: number;
}

/** Characters on either side of the cursor that are read for the kind of its place. */
const NEAR = 1000;

/**
 * What a person types in one go at one place: what was asked there, and what became of it. A key at
 * another place begins the next one.
 */
export class Stretch {
  #at: { uri: string; before: string; after: string; offset: number } | null = null;
  #latest: Latest | null = null;

  /** Begins anew where the place is no continuation of the last one. */
  moveTo({ uri, text, offset }: Place): void {
    if (!this.#goesOn({ uri, text, offset })) this.#latest = null;
    const before = text.slice(Math.max(0, offset - NEAR), offset);
    this.#at = { uri, before, after: text.slice(offset, offset + NEAR), offset };
  }

  /** As it looks at a place that {@link moveTo} named last. */
  now({ text, offset }: Place, languageId: string): StretchNow {
    const before = text.slice(Math.max(0, offset - NEAR), offset);
    const after = text.slice(offset, offset + NEAR);
    return {
      kind: contextKind(before, after, languageId),
      letters: /[\p{L}\p{N}_$]*$/u.exec(before)?.[0].length ?? 0,
      behind: behind(before),
      last: this.#latest && lastAnswer(this.#latest, text.slice(this.#latest.offset, offset)),
    };
  }

  answered({ uri, offset }: Place, answer: StretchAnswer): void {
    if (this.#at?.uri !== uri || offset > this.#at.offset) return;
    this.#latest = {
      ...answer,
      offset,
      written: answer.tokens.map((token) => token.text).join(''),
      accepted: false,
      failures: 1 + (this.#latest && !this.#latest.accepted ? this.#latest.failures : 0),
    };
  }

  /** Answers in a row of which nothing was accepted. */
  get failures(): number {
    return this.#latest && !this.#latest.accepted ? this.#latest.failures : 0;
  }

  accepted(): void {
    if (this.#latest) this.#latest = { ...this.#latest, accepted: true };
  }

  /** Whether a place follows the last one by typing or accepting what stands between the two. */
  #goesOn({ uri, text, offset }: Place): boolean {
    const at = this.#at;
    if (!at || at.uri !== uri || offset < at.offset) return false;
    if (text.slice(Math.max(0, at.offset - NEAR), at.offset) !== at.before) return false;
    // An editor may have put up to two closing brackets or quotes behind the cursor.
    return [0, 1, 2].some((n) => text.slice(offset + n, offset + n + NEAR) === at.after);
  }
}

function lastAnswer(latest: Latest, typed: string): LastAnswer {
  let agreed = 0;
  while (agreed < typed.length && typed[agreed] === latest.written[agreed]) agreed += 1;
  return {
    accepted: latest.accepted,
    typed: typed.length,
    agreed,
    silent: !latest.offered,
    pAlive: latest.pAlive,
    contradicted: agreed < typed.length ? probabilityAt(latest.tokens, agreed) : null,
    failures: latest.failures,
  };
}

/** Of the token that covers an offset of the written text; null behind its end. */
function probabilityAt(tokens: readonly TraceToken[], offset: number): number | null {
  let end = 0;
  for (const token of tokens) {
    end += token.text.length;
    if (end > offset) return token.logprob === null ? null : Math.exp(token.logprob);
  }
  return null;
}

function behind(before: string): StretchNow['behind'] {
  const char = before.at(-1) ?? '\n';
  if (char === '\n' || before.slice(before.lastIndexOf('\n') + 1).trim() === '')
    return 'line-start';
  if (/\s/.test(char)) return 'blank';
  if (/[([{]/.test(char)) return 'opener';
  if (/[,;]/.test(char)) return 'separator';
  if (/[=:<>+\-*/&|!?.]/.test(char)) return 'operator';
  return /[\p{L}\p{N}_$]/u.test(char) ? 'letter' : 'other';
}
