export type Unit = 'g' | 'kg' | 'ml' | 'l' | 'piece';

export interface Quantity {
  readonly amount: number;
  readonly unit: Unit;
}

const BASE: Record<Unit, { unit: Unit; factor: number }> = {
  g: { unit: 'g', factor: 1 },
  kg: { unit: 'g', factor: 1000 },
  ml: { unit: 'ml', factor: 1 },
  l: { unit: 'ml', factor: 1000 },
  piece: { unit: 'piece', factor: 1 },
};

/** Converts to the smallest unit of its kind: grams, millilitres or pieces. */
export function toBase(quantity: Quantity): Quantity {
  const base = BASE[quantity.unit];
  return { amount: quantity.amount * base.factor, unit: base.unit };
}

export function sameKind(a: Quantity, b: Quantity): boolean {
  return toBase(a).unit === toBase(b).unit;
}

/** Adds two quantities of one kind; the result is in base units. */
export function add(a: Quantity, b: Quantity): Quantity {
  if (!sameKind(a, b)) {
    throw new Error(`cannot add ${a.unit} and ${b.unit}`);
  }
  const left = toBase(a);
  const right = toBase(b);
  return { amount: left.amount + right.amount, unit: left.unit };
}

/** Subtracts, but never below zero. */
export function subtract(a: Quantity, b: Quantity): Quantity {
  if (!sameKind(a, b)) {
    throw new Error(`cannot subtract ${b.unit} from ${a.unit}`);
  }
  const left = toBase(a);
  const right = toBase(b);
  return { amount: Math.max(0, left.amount - right.amount), unit: left.unit };
}

export function isEnough(have: Quantity, need: Quantity): boolean {
  return sameKind(have, need) && toBase(have).amount >= toBase(need).amount;
}

/** Parses text such as `250 g` or `1.5 l`. */
export function parseQuantity(text: string): Quantity {
  const match = /^\s*(\d+(?:\.\d+)?)\s*(g|kg|ml|l|piece)s?\s*$/.exec(text);
  if (match === null) {
    throw new Error(`not a quantity: ${text}`);
  }
  return { amount: Number(match[1]), unit: match[2] as Unit };
}

export function formatQuantity(quantity: Quantity): string {
  const { amount, unit } = toBase(quantity);
  if (unit === 'g' && amount >= 1000) {
    return `${amount / 1000} kg`;
  }
  if (unit === 'ml' && amount >= 1000) {
    return `${amount / 1000} l`;
  }
  return `${amount} ${unit}`;
}
