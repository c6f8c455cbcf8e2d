import {
  armsInWords,
  differenceInWords,
  ENDPOINT_NAMES,
  evidenceInWords,
  meanInWords,
  stateInWords,
  unitsInWords,
} from '../shared/experiment-words.ts';
import { formatCount } from '../shared/figures.ts';
import type { Experiment, ExperimentFigure, Stats } from '../shared/protocol.ts';
import { html, type Html } from './html.ts';

/** The experiment that goes on, or the last one until its winner is taken over; whatever time the panel shows. */
export function experimentSection({ experiment }: Stats): Html {
  if (!experiment || experiment.adoptedAt !== null) return html``;
  const { a, b, figures, pairs, verdict } = experiment;
  return html`<section class="card" aria-labelledby="experiment">
    <h2 id="experiment">Experiment <span class="quiet">${armsInWords(experiment)}</span></h2>
    <p>${stateInWords(experiment)}</p>
    <table>
      <thead>
        <tr>
          <th scope="col">Mean per ${unitsInWords(experiment, 1)}</th>
          <th scope="col" class="count">A</th>
          <th scope="col" class="count">B</th>
          <th scope="col" class="count">B less A (95 %)</th>
          <th scope="col" class="count">Evidence</th>
        </tr>
      </thead>
      <tbody>
        <tr>
          <th scope="row">${unitsInWords(experiment, 2)}</th>
          <td class="count">${formatCount(a.units)}</td>
          <td class="count">${formatCount(b.units)}</td>
          <td></td>
          <td></td>
        </tr>
        ${figures.map((figure) => row(figure, experiment))}
      </tbody>
    </table>
    <p class="note">
      The interval holds at all times at once, and the evidence against “no difference” may be
      looked at as often as you
      like.${
        pairs.a + pairs.b > 0
          ? ` Replayed, ${formatCount(pairs.a)} answers were right in A alone, ${formatCount(pairs.b)} in B alone.`
          : ''
      }
    </p>
    <button type="button" id="run-experiment" data-run="experiment">
      ${verdict?.winner ? `Take Over the Settings of ${verdict.winner === 'a' ? 'A' : 'B'}…` : 'Experiment…'}
    </button>
  </section>`;
}

function row(figure: ExperimentFigure, { a, b }: Experiment): Html {
  const { endpoint } = figure;
  return html`<tr>
    <th scope="row">${ENDPOINT_NAMES[endpoint]}</th>
    <td class="count">${meanInWords(endpoint, a.means[endpoint])}</td>
    <td class="count">${meanInWords(endpoint, b.means[endpoint])}</td>
    <td class="count">${differenceInWords(figure)}</td>
    <td class="count quiet">${evidenceInWords(figure)}</td>
  </tr>`;
}
