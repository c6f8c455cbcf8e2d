import { formatCount, hasFewFollowed } from '../shared/figures.ts';
import type { Day, Stats } from '../shared/stats.ts';
import { knownOf, type Known } from './estimates.ts';
import { html, type Html } from './html.ts';
import { columns, intervals } from './plots.ts';
import { stackingTable, type Column } from './stacking-table.ts';

/** What each of the last days came to, as columns, and as a table for who can't see them. */
export function daysSection({ days }: Stats): Html {
  const busy = days.filter(({ requests, acceptedChars }) => requests + acceptedChars > 0);
  return html`<section class="card wide" aria-labelledby="days">
    <h2 id="days">Day by day <span class="quiet">last ${days.length} days</span></h2>
    ${
      busy.length === 0
        ? html`<p class="missing">Nothing was recorded in these days.</p>`
        : html`<div class="headline">
              ${chart(days, 'Tokens spent up to the stop', 'spent', ({ tokens }) => tokens)}
              ${chart(days, 'Characters that came by accepting', 'gained', (day) => day.acceptedChars)}
              ${savedChart(days)}
            </div>
            ${table(busy)}`
    }
  </section>`;
}

function chart(
  days: readonly Day[],
  title: string,
  kind: string,
  count: (day: Day) => number,
): Html {
  const most = Math.max(1, ...days.map(count).filter(Number.isFinite));
  return html`<div class="figure">
    <span>${title} <span class="quiet">at most ${formatCount(most)} a day</span></span>
    ${columns(
      days.map((day) => count(day) / most),
      kind,
    )}${ends(days)}
  </div>`;
}

/** Of the days of which something can be said; left out where there is none. */
function savedChart(days: readonly Day[]): Html {
  const known = days.map(({ saved }) => savedOf(saved));
  const bounds = known.flatMap((each) => (each ? [each.low, each.high] : []));
  if (bounds.length === 0) return html``;
  const [least, most] = [Math.min(...bounds), Math.max(...bounds)];
  return html`<div class="figure">
    <span
      >Tokens saved against first newline
      <span class="quiet"
        >95 % intervals, between ${formatCount(least)} and ${formatCount(most)} a day</span
      ></span
    >
    ${intervals(known)}${ends(days)}
  </div>`;
}

function ends(days: readonly Day[]): Html {
  return html`<span class="ends quiet"><span>${days[0]?.day ?? ''}</span><span>today</span></span>`;
}

function savedOf(saved: Day['saved']): Known | undefined {
  return hasFewFollowed(saved) ? undefined : knownOf(saved);
}

function savedInWords(saved: Day['saved']): string {
  const known = savedOf(saved);
  if (!known) return '';
  const { value, low, high } = known;
  return `${formatCount(value)} (${formatCount(low)} to ${formatCount(high)})`;
}

const COLUMNS: readonly Column[] = [
  { title: 'Day' },
  { title: 'Requests', isCount: true },
  { title: 'Tokens', isCount: true },
  { title: 'Accepted characters', isCount: true },
  { title: 'Saved against first newline, tokens (95 %)', isCount: true },
];

function table(days: readonly Day[]): Html {
  const rows = days
    .toReversed()
    .map(({ day, requests, tokens, acceptedChars, saved }) => [
      day,
      ...[requests, tokens, acceptedChars].map(formatCount),
      savedInWords(saved),
    ]);
  return html`<details id="days-table">
    <summary>As a table</summary>
    ${stackingTable(COLUMNS, rows)}
  </details>`;
}
