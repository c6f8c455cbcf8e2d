import { formatCount } from '../shared/figures.ts';
import { LENGTHS, type LanguageLength, type PanelSettings } from '../shared/panel-protocol.ts';
import type { Stats } from '../shared/stats.ts';
import { html, type Html } from './html.ts';
import { stackingTable, type Cell } from './stacking-table.ts';

const WORDS: Readonly<Record<LanguageLength['length'], string>> = {
  never: 'the rest of the line',
  auto: 'a block where one begins',
  always: 'several lines',
};

/** How long suggestions may be, for all languages and for each that was used. */
export function lengthSection({ languages }: Stats, { lengths }: PanelSettings): Html {
  const used = new Map(languages.map((each) => [each.languageId, each]));
  const rows = lengths.map((each): Cell[] => {
    const figures = each.language === null ? undefined : used.get(each.language);
    const id = `length-${each.language ?? 'all'}`;
    return [
      html`<label for="${id}">${each.language ?? 'All languages'}</label>`,
      control(id, each),
      html`<span id="${id}-words">${WORDS[each.length]}</span>${
          each.isOwn ? '' : html`<span class="quiet"> (as for all)</span>`
        }`,
      figures ? formatCount(figures.n) : '',
      figures && Number.isFinite(figures.meanTokens) ? figures.meanTokens.toFixed(1) : '',
    ];
  });
  return html`<section class="card wide" aria-labelledby="lengths">
    <h2 id="lengths">Length of suggestions</h2>
    ${stackingTable(
      [
        { title: 'Language' },
        { title: 'Shorter to longer' },
        { title: 'At most' },
        { title: 'Requests', isCount: true },
        { title: 'Mean tokens', isCount: true },
      ],
      rows,
    )}
  </section>`;
}

function control(id: string, { language, length }: LanguageLength): Html {
  return html`<input
    type="range"
    id="${id}"
    min="0"
    max="${LENGTHS.length - 1}"
    step="1"
    value="${LENGTHS.indexOf(length)}"
    aria-valuetext="${WORDS[length]}"
    data-grip
    data-set="length"
    data-language="${language ?? ''}"
    data-values="${LENGTHS.join('|')}"
    data-words="${LENGTHS.map((each) => WORDS[each]).join('|')}"
    data-words-in="${id}-words"
  />`;
}
