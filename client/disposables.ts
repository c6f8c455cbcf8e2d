import type { Disposable } from 'vscode';

/** Owns what must be given back, and gives it back in reverse order. */
export class Disposables implements Disposable {
  #owned: Disposable[] = [];
  #disposed = false;

  /** @returns `disposable` itself; disposed at once where the owner already is. */
  track<T extends Disposable>(disposable: T): T {
    if (this.#disposed) disposable.dispose();
    else this.#owned.push(disposable);
    return disposable;
  }

  dispose(): void {
    this.#disposed = true;
    for (const disposable of this.#owned.splice(0).reverse()) disposable.dispose();
  }
}
