import type { Figure, TypingFigures } from './figures.ts';

function cell({ value, interval }: Figure, scale = 1, digits = 1): string {
  const show = (x: number) => (scale * x).toFixed(digits);
  return interval ? `${show(value)} [${show(interval.low)}, ${show(interval.high)}]` : show(value);
}

const ms = (value: number) => (Number.isNaN(value) ? '–' : value.toFixed(0));

/** One row for each tool, per 100 characters of wanted code; 95 % intervals clustered by file. */
export function typingTable(rows: readonly TypingFigures[]): string {
  return [
    '| | engine-busy ms | tokens | requests | keystrokes saved % | exact % of stretches | offers not kept | ghost text p50 / p95 ms | asks at places that were not recorded |',
    '|---|---|---|---|---|---|---|---|---|',
    ...rows.map(
      (row) =>
        `| ${row.id} | ${cell(row.busyMs, 1, 0)} | ${cell(row.tokens)} | ${cell(row.requests)} | ${cell(row.saved, 100)} | ${cell(row.exact, 100)} | ${cell(row.notKept)} | ${ms(row.ghostMs.p50)} / ${ms(row.ghostMs.p95)} | ${row.unrecorded.value.toFixed(1)} |`,
    ),
  ].join('\n');
}
