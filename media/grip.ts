/** How long what was set in the panel may take to become the setting, milliseconds. */
const UNTIL_SET_MS = 1500;

/** What the user holds: new figures leave it alone. */
export class Grip {
  #held: Element | null = null;
  #until = 0;

  constructor() {
    document.addEventListener('pointerdown', ({ target }) => {
      if (!(target instanceof Element)) return;
      this.#held = target.closest('[data-grip]');
      this.#until = this.#held ? Infinity : 0;
    });
    for (const end of ['pointerup', 'pointercancel'] as const) {
      document.addEventListener(end, () => {
        if (this.#until === Infinity) this.#until = performance.now() + UNTIL_SET_MS;
      });
    }
  }

  /** It was moved, by pointer or key. */
  hold(element: Element): void {
    const isDragged = this.#until === Infinity;
    this.#held = element.closest('[data-grip]');
    if (!isDragged) this.#until = performance.now() + UNTIL_SET_MS;
  }

  holds(element: Node): boolean {
    return element === this.#held && performance.now() < this.#until;
  }
}
