import { COMPARED_FIGURES, leftOutInWords, STAR_IN_WORDS } from '../shared/comparison-words.ts';
import { formatCount } from '../shared/figures.ts';
import type { ComparedModel, Comparison } from '../shared/learned.ts';
import type { Learned } from '../shared/panel-protocol.ts';
import { foldable } from './foldable.ts';
import { html, type Html } from './html.ts';
import { stackingTable, type Cell } from './stacking-table.ts';

const MAIN = COMPARED_FIGURES.filter(({ isMain }) => isMain);
const TITLE = { id: 'compared', title: 'Models compared' };

/** What the last comparison of models on the user's own code came to; each can be set from here. */
export function comparedSection({ comparison }: Learned, inUse: string): Html {
  if (!comparison) {
    return foldable(
      { ...TITLE, said: 'not yet' },
      true,
      html`<p class="sentence">
          Two or more installed models are asked for the same places of your own code, while you do
          not type: how often each is right, and its tokens, time and energy.
        </p>
        ${again('Compare My Models…')}`,
    );
  }
  const { at, tasks, models, recommended, why } = comparison;
  const said = `${formatCount(tasks)} places of your own code, ${dayOf(at)}`;
  return foldable(
    { ...TITLE, said },
    false,
    html`${table(comparison, inUse)}
      <p class="note">
        ${leftOutInWords(comparison)}
        ${recommended === null ? '' : html`<strong>${recommended}</strong>: ${why}. `}${
          models.some(({ isParetoBest }) => isParetoBest) ? STAR_IN_WORDS : ''
        }
      </p>
      ${again('Compare Again…')}`,
  );
}

function table({ models, recommended }: Comparison, inUse: string): Html {
  return stackingTable(
    [{ title: 'Model' }, ...MAIN.map(({ title }) => ({ title, isCount: true })), { title: 'Use' }],
    models.map((one, index): Cell[] => [
      nameOf(one, one.model === recommended),
      ...MAIN.map(({ inWords }) => inWords(one)),
      one.model === inUse ? 'in use' : useButton(one.model, index),
    ]),
  );
}

function nameOf({ model, quantisation, isParetoBest }: ComparedModel, isBest: boolean): Html {
  return html`${isParetoBest ? '★ ' : ''}${model} <span class="quiet">${quantisation}</span>${
      isBest ? html` <span class="tag">recommended</span>` : ''
    }`;
}

function useButton(model: string, index: number): Html {
  return html`<button type="button" id="use-${index}" data-model="${model}">
    Use<span class="unseen"> ${model}</span>
  </button>`;
}

function again(label: string): Html {
  return html`<button type="button" id="run-compare" data-run="compare">${label}</button>`;
}

/** Local, `27 November 2026`. */
function dayOf(at: number): string {
  return new Date(at).toLocaleDateString('en-GB', { dateStyle: 'long' });
}
