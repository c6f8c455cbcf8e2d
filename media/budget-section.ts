import { formatCount, formatShare } from '../shared/figures.ts';
import type { BudgetGauge, Stats } from '../shared/stats.ts';
import { html, type Html } from './html.ts';
import { bar } from './plots.ts';

const NAMES: Readonly<Record<BudgetGauge['of'], string>> = {
  day: 'Today',
  session: 'This session',
};

/** What is left of the budgets; whatever time the panel shows, this is now. */
export function budgetSection({ budget }: Stats): Html {
  if (!budget) return html``;
  return html`<section class="card" aria-labelledby="budget">
    <h2 id="budget">Budget <span class="quiet">tokens, now</span></h2>
    ${budget.map(gauge)}
    <p class="note">
      All requests count, Ask and calibration included, not only the completions above. Where a
      budget would not last, requests stop earlier, then fewer are asked: settings shortstop.budget.
    </p>
    <button type="button" id="run-budget" data-run="budget">Set Budget…</button>
  </section>`;
}

function gauge({ of, spent, limit, price, perRequest }: BudgetGauge): Html {
  if (limit === null) {
    return html`<div class="figure">
      <span>${NAMES[of]}: ${formatCount(spent)} spent</span><span class="quiet">no limit</span>
    </div>`;
  }
  const share = limit > 0 ? Math.min(1, spent / limit) : 1;
  const isSpent = spent >= limit;
  return html`<div class="figure">
    <span>${NAMES[of]}: ${formatCount(spent)} of ${formatCount(limit)} spent</span
    >${bar(share, isSpent ? 'spent-budget' : 'budget')}<span class="quiet"
      >${isSpent ? 'Nothing is left.' : `${formatShare(1 - share)} of it left${expected(perRequest)}${pressure(price)}`}</span
    >
  </div>`;
}

function expected(perRequest: number | null): string {
  return perRequest === null ? '' : `, ${perRequest.toFixed(1)} for each request to be expected`;
}

function pressure(price: number): string {
  return price > 0 ? `; a token costs ${price.toFixed(3)} matches, so that it lasts` : '';
}
