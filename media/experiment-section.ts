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
import type { Experiment, ExperimentFigure, Stats } from '../shared/stats.ts';
import { html, type Html } from './html.ts';
import { stackingTable, type Cell } from './stacking-table.ts';

/** The experiment that goes on, or the last one until its winner is taken over; whatever time the panel shows. */
export function experimentSection({ experiment }: Stats): Html {
  if (!experiment || experiment.adoptedAt !== null) return html``;
  const { a, b, figures, pairs, verdict } = experiment;
  return html`<section class="card wide" aria-labelledby="experiment">
    <h2 id="experiment">Experiment <span class="quiet">${armsInWords(experiment)}</span></h2>
    <p>${stateInWords(experiment)}</p>
    ${stackingTable(
      [
        { title: `Mean per ${unitsInWords(experiment, 1)}` },
        { title: 'A', isCount: true },
        { title: 'B', isCount: true },
        { title: 'B less A (95 %)', isCount: true },
        { title: 'Evidence', isCount: true },
      ],
      [
        [unitsInWords(experiment, 2), formatCount(a.units), formatCount(b.units), '', ''],
        ...figures.map((figure) => cells(figure, experiment)),
      ],
    )}
    <p class="note">
      Evidence is what a stake of 1 would be by now, bet fairly against “no difference”. It may be
      looked at as often as you like, and the intervals hold at all times at
      once.${
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

function cells(figure: ExperimentFigure, { a, b }: Experiment): Cell[] {
  const { endpoint } = figure;
  return [
    ENDPOINT_NAMES[endpoint],
    meanInWords(endpoint, a.means[endpoint]),
    meanInWords(endpoint, b.means[endpoint]),
    differenceInWords(figure),
    evidenceInWords(figure),
  ];
}
