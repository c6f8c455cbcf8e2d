import { CancellationTokenSource } from 'vscode-languageserver-protocol/node';
import type { GhostText, SimulatedEditor } from '../session/editor.ts';
import type { Offered, Session } from './play.ts';
import type { Stretch } from './stretches.ts';

/** A stretch in a real daemon, through the protocol. */
export class LiveSession implements Session {
  readonly #editor: SimulatedEditor;
  readonly #stretch: Stretch;
  readonly #seen = new Set<string>();
  #last: GhostText | null = null;
  #typed = 0;
  /** Accepted, and not in the document yet. */
  #taken: GhostText | null = null;

  /** @param editor holds what stands before and after the stretch */
  constructor(editor: SimulatedEditor, stretch: Stretch) {
    this.#editor = editor;
    this.#stretch = stretch;
  }

  async ask(typed: number, signal: AbortSignal): Promise<Offered | null> {
    await this.#write(typed);
    const source = new CancellationTokenSource();
    signal.addEventListener('abort', () => source.cancel(), { once: true });
    const ghost = await this.#editor.ask(source.token).catch(() => null);
    if (!ghost || signal.aborted) return null;
    this.#last = ghost;
    const fromEngine = !this.#seen.has(ghost.suggestionId);
    this.#seen.add(ghost.suggestionId);
    return { text: this.#inserted(ghost), fromEngine };
  }

  changed(typed: number): void {
    void this.#write(typed);
  }

  accepted(): void {
    this.#taken = this.#last;
  }

  close(): void {
    void this.#write(this.#stretch.wanted.length);
  }

  /** What the person typed or accepted since. */
  async #write(typed: number): Promise<void> {
    const text = this.#stretch.wanted.slice(this.#typed, typed);
    this.#typed = typed;
    const taken = this.#taken;
    this.#taken = null;
    const { cursor } = this.#editor;
    if (text !== '') await this.#editor.replace(cursor, cursor, text);
    if (taken) await this.#editor.tellAccepted(taken);
  }

  /** Without what it puts again in the place of the same text on either side of the cursor. */
  #inserted({ start, end, text }: GhostText): string {
    const { cursor } = this.#editor;
    const [before, behind] = [
      this.#editor.text.slice(start, cursor),
      this.#editor.text.slice(cursor, end),
    ];
    const own = text.startsWith(before) ? text.slice(before.length) : text;
    return behind !== '' && own.endsWith(behind) ? own.slice(0, -behind.length) : own;
  }
}
