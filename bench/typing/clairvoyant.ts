import type { Client, Offered, Session, World } from './play.ts';
import { contextAt } from './window.ts';
import { buildFim, familyOf } from '../../server/completion/families.ts';

/** How much of the beginning of one text the other says as well. */
export function agreement(text: string, wanted: string): number {
  let same = 0;
  while (same < text.length && same < wanted.length && text[same] === wanted[same]) same += 1;
  return same;
}

/**
 * No client: it knows what the engine will write and what is wanted, asks only where so many characters
 * will be accepted, and stops with the last of them. What asking at the right places could come to.
 */
class ClairvoyantSession implements Session {
  readonly #world: World;
  readonly #least: number;

  constructor(world: World, least: number) {
    this.#world = world;
    this.#least = least;
  }

  async ask(typed: number, signal: AbortSignal): Promise<Offered | null> {
    const { stretch, engine } = this.#world;
    const answer = stretch.answerAt(typed);
    const text = answer.tokens.map((token) => token.text).join('');
    const same = agreement(text, stretch.wanted.slice(typed));
    const family = familyOf(stretch.model);
    if (same < this.#least || !family) return null;
    const { prefix, suffix } = contextAt(this.#world, typed);
    const cutAt = (sofar: string) => (sofar.length >= same ? same : -1);
    const ask = { typed, prompt: buildFim(family, prefix, suffix), maxTokens: Infinity, cutAt };
    const stream = engine.generate(ask, signal);
    try {
      while (!(await stream.next()).done);
    } catch {
      return null;
    }
    return { text: text.slice(0, same), fromEngine: true };
  }

  accepted(): void {
    // Nothing is under way behind an answer.
  }

  close(): void {
    // Nor at the end.
  }
}

/** The bound of asking at the right places only. */
export function clairvoyant(least: number): Client {
  return {
    id: `clairvoyant asking, at least ${least} characters`,
    begin: (world) => new ClairvoyantSession(world, least),
  };
}
