import {
  ENOUGH,
  formatCount,
  formatDuration,
  formatEstimate,
  formatModelled,
  formatShare,
} from '../shared/figures.ts';
import type { Avoided, Estimate, Stats } from '../shared/stats.ts';
import { html, type Html } from './html.ts';
import { bar, intervalPlot, scaleOf, stackedBar, type Scale } from './plots.ts';

interface Known {
  readonly value: number;
  readonly low: number;
  readonly high: number;
  readonly n: number;
}

/** The figure that the panel is named after: spent beside avoided, and avoided by baseline. */
export function avoidedSection(stats: Stats): Html {
  return html`<section class="card wide" aria-labelledby="avoided">
    <h2 id="avoided">Tokens avoided</h2>
    ${headline(stats)} ${stats.avoided.length > 0 ? table(stats) : ''}
    <p class="note">
      Foreseen for every request by what would have ended its stream, corrected by a random sample
      whose streams run on after their stop; net of what measuring cost. Intervals: 95 %.
    </p>
  </section>`;
}

function headline(stats: Stats): Html {
  const main = stats.avoided.find(
    ({ unit, baseline }) => unit === 'tokens' && baseline === 'no early stopping',
  );
  const { spent, measuring } = stats.tokens;
  const known = main && knownOf(main.net);
  const whole = known && known.value > 0 ? known.value + spent : 0;
  return html`<div class="headline">
      <div class="figure">
        <span class="big">${formatCount(spent)}</span
        ><span><span class="swatch spent"></span>tokens spent</span
        ><span class="quiet"
          >${formatCount(measuring)} of them to measure what was avoided${perRequest(stats)}</span
        >
      </div>
      ${main ? avoidedFigure(main.net, known, spent) : ''}
    </div>
    ${
      known && known.low > 0 && whole > 0
        ? stackedBar([
            { share: spent / whole, kind: 'spent' },
            { share: known.value / whole, kind: 'avoided' },
          ])
        : ''
    }`;
}

function avoidedFigure(net: Estimate, known: Known | undefined, spent: number): Html {
  if (!known) {
    return html`<div class="figure">
      <span class="big missing">nothing yet</span><span>tokens avoided</span
      ><span class="quiet">no request was stopped yet</span>
    </div>`;
  }
  const share = shareOf(known, spent);
  return html`<div class="figure">
    <span class="big ${known.low > 0 ? 'gain' : ''}">${formatEstimate(net) ?? ''}</span
    ><span><span class="swatch avoided"></span>tokens avoided against no early stopping</span
    ><span class="quiet"
      >${share === undefined ? '' : `${formatShare(share)} of what it would have spent · `}${interval(net, known)}${verdict(known)}</span
    >
  </div>`;
}

function table(stats: Stats): Html {
  const units = ['tokens', 'ms'] as const;
  const rows = units.flatMap((unit) => {
    const ofUnit = stats.avoided.filter((row) => row.unit === unit);
    const ends = ofUnit.flatMap(({ net }) => [net.value ?? 0, net.low ?? 0, net.high ?? 0]);
    const scale = scaleOf(ends);
    return ofUnit.map((row) => tableRow(row, scale));
  });
  return html`<table>
    <thead>
      <tr>
        <th scope="col">Against</th>
        <th scope="col">Avoided</th>
        <th scope="col" class="optional">95 % interval</th>
        <th scope="col" class="spacious">
          <span class="unseen">Plot of the interval; the upright line is zero</span>
        </th>
        <th scope="col" class="optional">Modelled</th>
        <th scope="col" class="count">n</th>
      </tr>
    </thead>
    <tbody>
      ${rows}
    </tbody>
  </table>`;
}

function tableRow({ baseline, unit, net }: Avoided, scale: Scale): Html {
  const format = unit === 'ms' ? formatDuration : formatCount;
  const known = knownOf(net);
  const head = html`<th scope="row">
    ${baseline}<span class="quiet">, ${unit === 'ms' ? 'time' : 'tokens'}</span>
  </th>`;
  const n = html`<td class="count">${formatCount(net.n)}</td>`;
  if (!known) {
    return html`<tr>
      ${head}
      <td class="missing" colspan="4">no request was stopped yet</td>
      ${n}
    </tr>`;
  }
  return html`<tr>
    ${head}
    <td class="value">${format(known.value)}</td>
    <td class="optional">${range(known, format)}</td>
    <td class="plot spacious">${intervalPlot(known.value, known.low, known.high, scale)}</td>
    <td class="optional">${net.modelled === undefined ? '' : formatShare(net.modelled)}</td>
    ${n}
  </tr>`;
}

/** @returns undefined where there is no value or no interval to state it with */
export function knownOf({ value, low, high, n }: Estimate): Known | undefined {
  if (value === null || low === null || high === null) return undefined;
  return [value, low, high].every(Number.isFinite) ? { value, low, high, n } : undefined;
}

/** In place of a figure that cannot be stated. */
export function missing(n: number): string {
  return n < ENOUGH ? 'n too small' : 'no figure';
}

export function progress(n: number): Html {
  return n < ENOUGH ? bar(n / ENOUGH, 'progress') : html``;
}

/** Undefined where the interval says too little for it. */
function shareOf({ value, low }: Known, spent: number): number | undefined {
  return low > 0 && spent >= 0 ? value / (value + spent) : undefined;
}

function interval(net: Estimate, known: Known): string {
  const modelled = formatModelled(net);
  const bounds = `95\u00a0% interval ${range(known, formatCount)}, n = ${formatCount(known.n)}`;
  return modelled === '' ? bounds : `${bounds} · ${modelled}`;
}

/** What measuring cost, by requests that reached the engine. */
function perRequest({ tokens, requests }: Stats): string {
  if (requests.engine === 0) return '';
  const each = tokens.measuring / requests.engine;
  return Number.isFinite(each) ? ` (${each.toFixed(2)} a request)` : '';
}

function range({ low, high }: Known, format: (value: number) => string): string {
  return `${format(low)} to ${format(high)}`;
}

function verdict({ low, high }: Known): string {
  if (low <= 0 && high >= 0) return ' · holds 0: neither a saving nor a loss is shown';
  return high < 0 ? ' · it cost more than it saved' : '';
}
