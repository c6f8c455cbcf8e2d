import {
  ENOUGH,
  formatCount,
  formatDigest,
  formatDuration,
  formatShare,
  notEnough,
} from '../shared/figures.ts';
import type { Quantiles, Stats } from '../shared/stats.ts';
import { html, type Html } from './html.ts';
import { STOP_LABELS } from '../shared/labels.ts';
import { bar } from './plots.ts';

/** Why generation ended. */
export function stopReasonsSection({ stopReasons }: Stats): Html {
  const total = stopReasons.reduce((sum, { n }) => sum + n, 0);
  const sorted = [...stopReasons].filter(({ n }) => n > 0).sort((a, b) => b.n - a.n);
  const most = sorted[0]?.n ?? 0;
  const rows = sorted.map(({ reason, n, meanTokens }) => {
    const { text, explanation } = STOP_LABELS[reason];
    return html`<tr>
      <th scope="row" title="${explanation}">${text}</th>
      <td class="plot spacious">${bar(n / most, 'reason')}</td>
      <td class="count">${formatCount(n)}</td>
      <td class="count quiet">${total >= ENOUGH ? formatShare(n / total) : ''}</td>
      <td class="count">${mean(meanTokens)}</td>
    </tr>`;
  });
  return html`<section class="card" aria-labelledby="stops">
    <h2 id="stops">Why it stopped <span class="quiet">of ${formatCount(total)} stops</span></h2>
    ${
      rows.length === 0
        ? html`<p class="missing">Nothing has been generated in this time.</p>`
        : html`<table>
            <thead>
              <tr>
                <th scope="col">Reason</th>
                <th scope="col" class="spacious"><span class="unseen">Plot</span></th>
                <th scope="col" class="count">Stops</th>
                <th scope="col" class="count">Of all stops</th>
                <th scope="col" class="count">Mean tokens</th>
              </tr>
            </thead>
            <tbody>
              ${rows}
            </tbody>
          </table>`
    }
  </section>`;
}

export function requestsSection({ requests }: Stats): Html {
  const asked = requests.engine + requests.fromMemory;
  const rows: readonly (readonly [string, number, string])[] = [
    ['Asked of the engine', requests.engine, 'Requests that reached the model.'],
    ['Answered from memory', requests.fromMemory, 'Typed along a suggestion: no tokens at all.'],
    ['Offered', requests.offered, 'Given to the editor in time.'],
    ['Control', requests.control, 'Drawn at random to measure what is avoided.'],
    ['Cancelled', requests.cancelled, 'Overtaken by the next keystroke.'],
    ['Failed', requests.failed, 'The engine gave no usable answer.'],
  ];
  return html`<section class="card" aria-labelledby="requests">
    <h2 id="requests">Requests <span class="quiet">n = ${formatCount(asked)}</span></h2>
    <dl>
      ${rows.map(
        ([name, count, title]) =>
          html`<div>
            <dt title="${title}">${name}</dt>
            <dd>${formatCount(count)}</dd>
          </div>`,
      )}
    </dl>
  </section>`;
}

export function latencySection({ latency }: Stats): Html {
  const rows: readonly (readonly [string, Quantiles])[] = [
    ['First token', latency.firstTokenMs],
    ['Answer, memory included', latency.answerMs],
  ];
  return html`<section class="card" aria-labelledby="latency">
    <h2 id="latency">Latency</h2>
    <table>
      <thead>
        <tr>
          <th scope="col">From the keystroke to</th>
          <th scope="col" class="count">Median</th>
          <th scope="col" class="count">95 % within</th>
          <th scope="col" class="count">n</th>
        </tr>
      </thead>
      <tbody>
        ${rows.map(([name, quantiles]) => latencyRow(name, quantiles))}
      </tbody>
    </table>
  </section>`;
}

function latencyRow(name: string, { p50, p95, n }: Quantiles): Html {
  const values =
    p50 === null || p95 === null
      ? html`<td class="missing count" colspan="2">${notEnough({ n }, 'requests')}</td>`
      : html`<td class="count">${formatDuration(p50)}</td>
          <td class="count">${formatDuration(p95)}</td>`;
  return html`<tr>
    <th scope="row">${name}</th>
    ${values}
    <td class="count">${formatCount(n)}</td>
  </tr>`;
}

export function modelsSection({ models }: Stats): Html {
  const rows = models.map(
    ({ model, digest, n }) =>
      html`<tr>
        <th scope="row">${model}</th>
        <td><code title="${digest}">${formatDigest(digest).replace(/^sha256:/, '')}</code></td>
        <td class="count">${formatCount(n)}</td>
      </tr>`,
  );
  return html`<section class="card" aria-labelledby="models">
    <h2 id="models">Models</h2>
    ${
      rows.length === 0
        ? html`<p class="missing">No model has been asked in this time.</p>`
        : html`<table>
            <thead>
              <tr>
                <th scope="col">Model</th>
                <th scope="col">Digest</th>
                <th scope="col" class="count">Requests</th>
              </tr>
            </thead>
            <tbody>
              ${rows}
            </tbody>
          </table>`
    }
  </section>`;
}

function mean(tokens: number): string {
  return Number.isFinite(tokens) ? tokens.toFixed(1) : '–';
}
