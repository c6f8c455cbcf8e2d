import { add, isEnough, subtract, type Quantity } from './quantity.ts';

export interface Item {
  readonly name: string;
  readonly quantity: Quantity;
  /** Days since the epoch; null for what keeps forever. */
  readonly bestBefore: number | null;
}

/** What is in the pantry, by name. */
export class Stock {
  readonly #items = new Map<string, Item>();

  get size(): number {
    return this.#items.size;
  }

  find(name: string): Item | undefined {
    return this.#items.get(name.toLowerCase());
  }

  put(item: Item): void {
    const key = item.name.toLowerCase();
    const known = this.#items.get(key);
    if (known === undefined) {
      this.#items.set(key, item);
      return;
    }
    this.#items.set(key, {
      name: known.name,
      quantity: add(known.quantity, item.quantity),
      bestBefore: earlier(known.bestBefore, item.bestBefore),
    });
  }

  /** Takes some of an item out; an item that is used up is removed. */
  take(name: string, quantity: Quantity): void {
    const key = name.toLowerCase();
    const item = this.#items.get(key);
    if (item === undefined || !isEnough(item.quantity, quantity)) {
      throw new Error(`not enough ${name}`);
    }
    const rest = subtract(item.quantity, quantity);
    if (rest.amount === 0) {
      this.#items.delete(key);
    } else {
      this.#items.set(key, { ...item, quantity: rest });
    }
  }

  /** Items that spoil within the given number of days, the most urgent first. */
  spoilingWithin(days: number, today: number): Item[] {
    const items: Item[] = [];
    for (const item of this.#items.values()) {
      if (item.bestBefore !== null && item.bestBefore - today <= days) {
        items.push(item);
      }
    }
    return items.sort((a, b) => (a.bestBefore ?? 0) - (b.bestBefore ?? 0));
  }

  list(): Item[] {
    return [...this.#items.values()].sort((a, b) => a.name.localeCompare(b.name));
  }
}

function earlier(a: number | null, b: number | null): number | null {
  if (a === null) {
    return b;
  }
  if (b === null) {
    return a;
  }
  return Math.min(a, b);
}
