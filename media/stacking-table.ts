import { html, type Html } from './html.ts';

export interface Column {
  readonly title: string;
  /** Numbers: to the right. */
  readonly isCount?: boolean;
  /** Drawings: left out where there is little room; their title is for who can't see them. */
  readonly isPlot?: boolean;
  /** For a tooltip. */
  readonly hint?: string;
}

/** A cell, or one with more than its text. */
export type Cell = Html | string | { readonly text: Html | string; readonly hint: string };

/**
 * A table whose rows, where there is no room for its columns, stand below one another with each cell beside its
 * column's title. The first cell of a row is its header.
 */
export function stackingTable(
  columns: readonly Column[],
  rows: readonly (readonly Cell[])[],
): Html {
  return html`<table class="stacking">
    <thead>
      <tr>
        ${columns.map(
          (column) =>
            html`<th scope="col" class="${classOf(column)}" title="${column.hint ?? ''}">
              ${column.isPlot ? html`<span class="unseen">${column.title}</span>` : column.title}
            </th>`,
        )}
      </tr>
    </thead>
    <tbody>
      ${rows.map(
        (cells) =>
          html`<tr>
            ${cells.map((cell, at) => cellOf(cell, columns[at], at))}
          </tr>`,
      )}
    </tbody>
  </table>`;
}

function cellOf(cell: Cell, column: Column | undefined, at: number): Html {
  const { text, hint } =
    typeof cell === 'object' && 'hint' in cell ? cell : { text: cell, hint: '' };
  if (at === 0) return html`<th scope="row" title="${hint}">${text}</th>`;
  const label = column?.title ?? '';
  return html`<td class="${classOf(column)}" data-label="${label}" title="${hint}">${text}</td>`;
}

function classOf(column: Column | undefined): string {
  if (column?.isPlot) return 'plot spacious';
  return column?.isCount ? 'count' : '';
}
