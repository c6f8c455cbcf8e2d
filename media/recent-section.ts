import { formatCount, formatDuration } from '../shared/figures.ts';
import type { RecentRequest, Stats } from '../shared/protocol.ts';
import { html, type Html } from './html.ts';
import { OUTCOME_LABELS, STOP_LABELS } from './labels.ts';

/** The last requests one by one: where, why each stopped, and what became of it. */
export function recentSection({ recent }: Stats): Html {
  return html`<section class="card wide" aria-labelledby="recent">
    <h2 id="recent">The last requests</h2>
    ${
      recent.length === 0
        ? html`<p class="missing">No request has reached the engine yet.</p>`
        : html`<div class="scrolling" tabindex="0" role="region" aria-labelledby="recent">
            <table>
              <thead>
                <tr>
                  <th scope="col">Time</th>
                  <th scope="col">Where</th>
                  <th scope="col">Why it stopped</th>
                  <th scope="col" class="count">Tokens</th>
                  <th scope="col" class="count" title="Known for control requests only.">
                    Without stopping
                  </th>
                  <th scope="col" class="count">Took</th>
                  <th scope="col">What became of it</th>
                </tr>
              </thead>
              <tbody>
                ${recent.map(row)}
              </tbody>
            </table>
          </div>`
    }
  </section>`;
}

function row(request: RecentRequest): Html {
  const { at, languageId, contextKind, tokens, tokensWithoutStop, stopMs, model } = request;
  return html`<tr>
    <th scope="row" title="${model}">${timeOf(at)}</th>
    <td>${languageId}, ${contextKind}</td>
    <td>${whyOf(request)}</td>
    <td class="count">${formatCount(tokens)}</td>
    <td class="count">${tokensWithoutStop === null ? '' : formatCount(tokensWithoutStop)}</td>
    <td class="count">${stopMs === null ? '' : formatDuration(stopMs)}</td>
    <td>${fateOf(request)}</td>
  </tr>`;
}

function whyOf({ ended, stopReason }: RecentRequest): Html | string {
  if (ended === 'cancelled') return 'Cancelled: the next key came';
  if (ended === 'failed' || !stopReason) return 'The engine failed';
  const { text, explanation } = STOP_LABELS[stopReason];
  return html`<span title="${explanation}">${text}</span>`;
}

function fateOf({ ended, offered, outcome }: RecentRequest): string {
  if (ended !== 'stopped') return '';
  if (!offered) return 'Nothing was offered';
  return OUTCOME_LABELS[outcome ?? 'pending'].text;
}

/** Local, `06-01 14:05`. */
function timeOf(at: number): string {
  const date = new Date(at);
  const two = (number: number) => String(number).padStart(2, '0');
  const [month, day] = [date.getMonth() + 1, date.getDate()].map(two);
  return `${month}-${day} ${two(date.getHours())}:${two(date.getMinutes())}`;
}
