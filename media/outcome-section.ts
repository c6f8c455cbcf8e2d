import { ENOUGH, formatCount, formatShare } from '../shared/figures.ts';
import type { Estimate, Stats } from '../shared/stats.ts';
import { knownOf } from './estimates.ts';
import { html, type Html } from './html.ts';
import { OUTCOME_LABELS, SETTLED } from '../shared/labels.ts';
import { bar, intervalPlot } from './plots.ts';
import { stackingTable, type Cell } from './stacking-table.ts';

/** How often what was served is what was kept, and how often the stop was at fault; with the share that was offered. */
export function matchesSection({ exactMatch, stops }: Stats): Html {
  const rows: readonly (readonly [string, Estimate, string])[] = [
    ['Exact match, of what was offered', exactMatch, 'The suggestion is what was kept.'],
    ...(stops
      ? ([
          ['Offered, of all stretches', stops.offered, 'Stretches of typing with a suggestion.'],
          ['Exact match, of all stretches', stops.matches, 'Whether anything was offered or not.'],
          ['Stopped too early', stops.premature, 'A longer text would have been what was kept.'],
          ['Stopped too late', stops.overrun, 'A shorter text would have been what was kept.'],
        ] as const)
      : []),
  ];
  return html`<section class="card wide" aria-labelledby="matches">
    <h2 id="matches">Exact matches <span class="tag">anchored</span></h2>
    ${stackingTable(
      [
        { title: 'Share' },
        { title: 'Value', isCount: true },
        { title: '95 % interval', isCount: true },
        { title: 'Interval, drawn from 0 to 100 %', isPlot: true },
        { title: 'n', isCount: true },
      ],
      rows.map(([name, estimate, hint]) => shareCells(name, estimate, hint)),
    )}
    <p class="note">
      Who sees a suggestion leans towards it, so matches say how well suggestions fit, not what
      would have been typed without them. Hiding doubtful ones raises their share of what is
      offered: read it beside the share that is offered.
    </p>
  </section>`;
}

function shareCells(name: string, estimate: Estimate, hint: string): Cell[] {
  const known = knownOf(estimate);
  const head = { text: name, hint };
  if (!known) return [head, 'nothing yet', '', '', formatCount(estimate.n)];
  const { value, low, high, n } = known;
  return [
    head,
    formatShare(value),
    `${formatShare(low)} to ${formatShare(high)}`,
    intervalPlot(value, low, high, { from: 0, to: 1 }),
    formatCount(n),
  ];
}

/** What became of the suggestions. */
export function outcomesSection({ outcomes }: Stats): Html {
  const settled = SETTLED.reduce((sum, outcome) => sum + outcomes[outcome], 0);
  const rows = SETTLED.filter((outcome) => outcome !== 'unknown' || outcomes.unknown > 0).map(
    (outcome) => {
      const { text, explanation } = OUTCOME_LABELS[outcome];
      const share = settled > 0 ? outcomes[outcome] / settled : 0;
      return html`<tr>
        <th scope="row" title="${explanation}">${text}</th>
        <td class="plot">${bar(share, outcome)}</td>
        <td class="count">${formatCount(outcomes[outcome])}</td>
        <td class="count quiet">${settled >= ENOUGH ? formatShare(share) : ''}</td>
      </tr>`;
    },
  );
  const body =
    settled === 0
      ? html`<p class="missing">No suggestion has settled in this time.</p>`
      : html`<table>
          <thead class="unseen">
            <tr>
              <th scope="col">Outcome</th>
              <th scope="col">Plot</th>
              <th scope="col">Suggestions</th>
              <th scope="col">Share of the settled</th>
            </tr>
          </thead>
          <tbody>
            ${rows}
          </tbody>
        </table>`;
  return html`<section class="card" aria-labelledby="outcomes">
    <h2 id="outcomes">
      Outcomes <span class="quiet">of ${formatCount(settled)} settled suggestions</span>
    </h2>
    ${body}
    <p class="note">${formatCount(outcomes.pending)} not settled yet.</p>
  </section>`;
}
