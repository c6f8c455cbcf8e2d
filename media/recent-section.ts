import { formatCount, formatDuration } from '../shared/figures.ts';
import type { RecentRequest, Stats } from '../shared/stats.ts';
import { html, type Html } from './html.ts';
import { FATE_LABELS, OUTCOME_LABELS, STOP_LABELS, type Label } from '../shared/labels.ts';
import { stackingTable, type Cell, type Column } from './stacking-table.ts';

const COLUMNS: readonly Column[] = [
  { title: 'Time' },
  { title: 'Where' },
  { title: 'Why it stopped' },
  { title: 'Tokens', isCount: true },
  { title: 'Without stopping', isCount: true, hint: 'Known for control requests only.' },
  { title: 'Took', isCount: true },
  { title: 'What became of it' },
];

/** The last requests one by one: where, why each stopped, and what became of it and not of its stretch. */
export function recentSection({ recent }: Stats): Html {
  return html`<section class="card wide" aria-labelledby="recent">
    <h2 id="recent">The last requests</h2>
    ${
      recent.length === 0
        ? html`<p class="missing">No request has reached the engine yet.</p>`
        : stackingTable(COLUMNS, recent.map(cells))
    }
  </section>`;
}

function cells(request: RecentRequest): Cell[] {
  const { at, languageId, contextKind, tokens, tokensWithoutStop, stopMs, model } = request;
  return [
    { text: timeOf(at), hint: model },
    `${languageId}, ${contextKind}`,
    whyOf(request),
    formatCount(tokens),
    tokensWithoutStop === null ? '' : formatCount(tokensWithoutStop),
    stopMs === null ? '' : formatDuration(stopMs),
    fateOf(request),
  ];
}

function whyOf({ stopReason }: RecentRequest): Cell {
  return stopReason === null ? '' : cellOf(STOP_LABELS[stopReason]);
}

function fateOf({ fate, outcome }: RecentRequest): Cell {
  return cellOf(outcome === null ? FATE_LABELS[fate] : OUTCOME_LABELS[outcome]);
}

function cellOf({ text, explanation }: Label): Cell {
  return { text, hint: explanation };
}

/** Local, `06-01 14:05`. */
function timeOf(at: number): string {
  const date = new Date(at);
  const two = (number: number) => String(number).padStart(2, '0');
  const [month, day] = [date.getMonth() + 1, date.getDate()].map(two);
  return `${month}-${day} ${two(date.getHours())}:${two(date.getMinutes())}`;
}
