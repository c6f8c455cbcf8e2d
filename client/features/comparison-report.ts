import { COMPARED_FIGURES, leftOutInWords, STAR_IN_WORDS } from '../../shared/comparison-words.ts';
import type { ComparedModel, Comparison } from '../../shared/learned.ts';
import { escapeMarkdown } from './markdown.ts';

/** Every model on the same places, the Pareto-best marked, as a Markdown page. */
export function comparisonMarkdown({
  tasks,
  leftOut,
  models,
  recommended,
  why,
}: Comparison): string {
  return [
    '# Shortstop: Models Compared',
    '',
    `The same ${tasks} places of your own code, each model stopped by the rule that is in force for it. ${leftOutInWords({ leftOut, tasks })}`.trimEnd(),
    '',
    `| | Model | ${COMPARED_FIGURES.map(({ title }) => title).join(' | ')} |`,
    `|---|---|${COMPARED_FIGURES.map(() => '---|').join('')}`,
    ...models.map(row),
    '',
    STAR_IN_WORDS,
    '',
    ...(recommended === null ? [] : [`**${escapeMarkdown(recommended)}**: ${why}.`, '']),
  ].join('\n');
}

function row(one: ComparedModel): string {
  const name = `${escapeMarkdown(one.model)} ${one.quantisation}`;
  const cells = [
    one.isParetoBest ? '★' : '',
    name,
    ...COMPARED_FIGURES.map(({ inWords }) => inWords(one)),
  ];
  return `| ${cells.join(' | ')} |`;
}
