import { formatCount, formatDuration, formatEnergy } from '../shared/figures.ts';
import type { Stats } from '../shared/stats.ts';
import { html, type Html } from './html.ts';

/** What the engine's machine spent: time, prompts and energy, each measured or estimated. */
export function costSection({ cost }: Stats): Html {
  if (!cost || cost.requests === 0) return html``;
  const { requests, engineMs, promptTokens, energy } = cost;
  const { counted, countedRequests, estimated } = promptTokens;
  return html`<section class="card" aria-labelledby="cost">
    <h2 id="cost">Cost <span class="quiet">n = ${formatCount(requests)} requests</span></h2>
    <table>
      <thead class="unseen">
        <tr>
          <th scope="col">Of what</th>
          <th scope="col">How much</th>
          <th scope="col">How it is known</th>
        </tr>
      </thead>
      <tbody>
        ${row('Time of the engine', formatDuration(engineMs), 'measured')}
        ${
          countedRequests > 0
            ? row(
                'Prompt tokens',
                formatCount(counted),
                `counted, n = ${formatCount(countedRequests)}`,
              )
            : ''
        }
        ${row('Prompt tokens', formatCount(estimated), 'estimated by characters')}
        ${energy.map(({ how, by, joules, n }) =>
          row('Energy', formatEnergy(joules), `${how} by ${by}, n = ${formatCount(n)}`),
        )}
      </tbody>
    </table>
    <p class="note">
      From when the engine began with a request until its stream was closed. Of a prompt's tokens
      the engine may have kept the first ones from the request before.
    </p>
  </section>`;
}

function row(name: string, value: string, how: string): Html {
  return html`<tr>
    <th scope="row">${name}</th>
    <td class="value">${value}</td>
    <td class="quiet">${how}</td>
  </tr>`;
}
