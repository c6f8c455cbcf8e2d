import { ENOUGH, formatCount, formatShare, notEnough } from '../shared/figures.ts';
import type { Estimate, Stats } from '../shared/stats.ts';
import { knownOf, missing, progress } from './avoided-section.ts';
import { html, type Html } from './html.ts';
import { OUTCOME_LABELS, SETTLED } from './labels.ts';
import { bar, intervalPlot } from './plots.ts';

/** How often what was served is what was kept. */
export function exactMatchSection({ exactMatch }: Stats): Html {
  return html`<section class="card" aria-labelledby="exact-match">
    <h2 id="exact-match">Exact match <span class="tag">anchored</span></h2>
    ${exactMatchFigure(exactMatch)}
    <p class="note">
      Share of texts kept after seeing the suggestion that equal the suggestion. Who sees one leans
      towards it, so this says how well suggestions fit, not what would have been typed without
      them.
    </p>
  </section>`;
}

function exactMatchFigure(estimate: Estimate): Html {
  const known = knownOf(estimate);
  if (!known) {
    return html`<div class="figure">
      <span class="big missing">${missing(estimate.n)}</span
      ><span class="quiet">${notEnough(estimate, 'settled suggestions')}</span
      >${progress(estimate.n)}
    </div>`;
  }
  const { value, low, high, n } = known;
  return html`<div class="figure">
    <span class="big">${formatShare(value)}</span
    ><span class="quiet"
      >95 % interval ${formatShare(low)} to ${formatShare(high)}, n = ${formatCount(n)}</span
    >${intervalPlot(value, low, high, { from: 0, to: 1 })}<span class="ends quiet"
      ><span>0 %</span><span>100 %</span></span
    >
  </div>`;
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
    <h2 id="outcomes">Outcomes <span class="quiet">n = ${formatCount(settled)}</span></h2>
    ${body}
    <p class="note">${formatCount(outcomes.pending)} not settled yet.</p>
  </section>`;
}
