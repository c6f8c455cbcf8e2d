/** A promise that is opened from outside, once. */
export class Gate {
  readonly opened: Promise<void>;
  readonly open: () => void;

  constructor() {
    let open = (): void => undefined;
    this.opened = new Promise<void>((resolve) => (open = resolve));
    this.open = open;
  }
}
