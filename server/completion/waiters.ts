import type { CompletionRequest, Suggestion } from './request.ts';

/** Undefined: the stream goes another way than the user. */
export type Answer = Suggestion | null | undefined;

export interface Waiter {
  readonly request: CompletionRequest;
  /** Milliseconds since the epoch. */
  readonly since: number;
  /** What was typed since the stream's own place. */
  readonly typed: string;
  readonly resolve: (answer: Answer) => void;
}

/** Those who wait for one stream: the keystroke that began it, and later ones that typed along. */
export class Waiters {
  readonly #all = new Set<Waiter>();
  /** Told when a signal ends the waiting of one; another stream may take all of them over. */
  onLeave: () => void = () => undefined;

  get empty(): boolean {
    return this.#all.size === 0;
  }

  /** Waits for an answer. */
  wait(
    request: CompletionRequest,
    typed: string,
    since: number,
    signal: AbortSignal,
  ): Promise<Answer> {
    return new Promise((resolve) => {
      const waiter: Waiter = { request, since, typed, resolve };
      this.#all.add(waiter);
      const leave = () => {
        if (!this.#all.delete(waiter)) return;
        resolve(null);
        this.onLeave();
      };
      if (signal.aborted) leave();
      else signal.addEventListener('abort', leave, { once: true });
    });
  }

  /** Sends away those whose typing does not agree with what is generated. */
  dropAllBut(generated: string): void {
    for (const waiter of this.#all) {
      if (agree(generated, waiter.typed)) continue;
      this.#all.delete(waiter);
      waiter.resolve(undefined);
    }
  }

  /** Gives each what is left of the suggestion; returns those who got something and still want it. */
  serve(suggestion: Suggestion | null): { waiter: Waiter; rest: Suggestion }[] {
    const served = [...this.#all].flatMap((waiter) => {
      const rest = suggestion && restFor(suggestion, waiter.typed);
      if (rest && waiter.request.isCurrent()) return [{ waiter, rest }];
      waiter.resolve(null);
      return [];
    });
    this.#all.clear();
    for (const { waiter, rest } of served) waiter.resolve(rest);
    return served;
  }
}

/** Whether one is the beginning of the other. */
export function agree(generated: string, typed: string): boolean {
  return generated.startsWith(typed) || typed.startsWith(generated);
}

/**
 * What was typed between the request of a stream and a later one, LF line breaks; null where the
 * later one is no continuation of it.
 */
export function typedSince(first: CompletionRequest, later: CompletionRequest): string | null {
  if (later.uri !== first.uri || later.offset < first.offset) return null;
  if (later.text.slice(later.offset) !== first.text.slice(first.offset)) return null;
  if (!later.text.startsWith(first.text.slice(0, first.offset))) return null;
  return later.text.slice(first.offset, later.offset).replace(/\r\n?/g, '\n');
}

/** What the document has gained at the request's cursor by now; null where it changed otherwise. */
export function gainedSince({ text, offset, textNow }: CompletionRequest): string | null {
  const now = textNow();
  if (now === null || now.length <= text.length) return null;
  const gained = now.slice(offset, offset + now.length - text.length);
  return now === text.slice(0, offset) + gained + text.slice(offset) ? gained : null;
}

/** What is left of a suggestion for one who typed along with it. */
function restFor(suggestion: Suggestion, typed: string): Suggestion | null {
  if (!suggestion.text.startsWith(typed)) return null;
  const text = suggestion.text.slice(typed.length);
  return text === '' ? null : { ...suggestion, text };
}
