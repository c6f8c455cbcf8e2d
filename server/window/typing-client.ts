import type { Trigger } from '../outcomes/records.ts';

/**
 * Tells requests that come with typing from those that a person asks for. Some editors call every request
 * invoked: of one that never sent an automatic request, what comes with a new version of the document is typing.
 */
export class TypingClient {
  readonly #asked = new Map<string, number>();
  #sendsAutomatic = false;

  isTyping(uri: string, version: number, trigger: Trigger): boolean {
    const changed = (this.#asked.get(uri) ?? 0) !== version;
    this.#asked.set(uri, version);
    this.#sendsAutomatic ||= trigger === 'automatic';
    return trigger === 'automatic' || (trigger === 'invoked' && !this.#sendsAutomatic && changed);
  }

  /** Its invoked requests are asked for by a person. */
  get sendsAutomatic(): boolean {
    return this.#sendsAutomatic;
  }

  closed(uri: string): void {
    this.#asked.delete(uri);
  }
}
