import { formatQuantity } from './quantity.ts';
import type { Ingredient } from './shopping.ts';
import type { Item } from './stock.ts';

export interface Column<Row> {
  readonly title: string;
  readonly align: 'left' | 'right';
  readonly text: (row: Row) => string;
}

function pad(text: string, width: number, align: 'left' | 'right'): string {
  return align === 'left' ? text.padEnd(width) : text.padStart(width);
}

/** A plain-text table; a column is as wide as its widest cell. */
export function table<Row>(rows: readonly Row[], columns: readonly Column<Row>[]): string {
  const widths = columns.map((column) =>
    Math.max(column.title.length, ...rows.map((row) => column.text(row).length)),
  );
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, i) => pad(cell, widths[i] ?? 0, columns[i]?.align ?? 'left'))
      .join('  ')
      .trimEnd();

  const header = line(columns.map((column) => column.title));
  const rule = widths.map((width) => '-'.repeat(width)).join('  ');
  const body = rows.map((row) => line(columns.map((column) => column.text(row))));
  return [header, rule, ...body].join('\n');
}

/** Formats a day number (days since the epoch) as an ISO date. */
export function formatDay(day: number | null): string {
  if (day === null) {
    return '-';
  }
  return new Date(day * 86_400_000).toISOString().slice(0, 10);
}

export function stockTable(items: readonly Item[]): string {
  return table(items, [
    { title: 'Item', align: 'left', text: (item) => item.name },
    { title: 'Amount', align: 'right', text: (item) => formatQuantity(item.quantity) },
    { title: 'Best before', align: 'left', text: (item) => formatDay(item.bestBefore) },
  ]);
}

export function shoppingTable(ingredients: readonly Ingredient[]): string {
  return table(ingredients, [
    { title: 'Buy', align: 'left', text: (ingredient) => ingredient.name },
    { title: 'Amount', align: 'right', text: (ingredient) => formatQuantity(ingredient.quantity) },
  ]);
}
