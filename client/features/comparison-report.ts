import { formatDuration, formatEnergy, formatShare } from '../../shared/figures.ts';
import type { ComparedModel, Comparison } from '../../shared/learned.ts';
import { escapeMarkdown } from './markdown.ts';

/** Every model on the same places, the Pareto-best marked, as a Markdown page. */
export function comparisonMarkdown({ tasks, models, recommended, why }: Comparison): string {
  return [
    '# Shortstop: Models Compared',
    '',
    `The same ${tasks} places of your own code, each model stopped by the rule that is in force for it.`,
    '',
    '| | model | right, of all places | tokens | first token | answer | loading | energy |',
    '|---|---|---|---|---|---|---|---|',
    ...models.map(row),
    '',
    'A star: no other model is as good in all of matches, time and energy, and better in one of them.',
    '',
    ...(recommended === null ? [] : [`**${escapeMarkdown(recommended)}**: ${why}.`, '']),
  ].join('\n');
}

function row(one: ComparedModel): string {
  const { value, low, high } = one.em;
  const share = (part: number | null) => (part === null ? '–' : formatShare(part));
  const cells = [
    one.isParetoBest ? '★' : '',
    `${escapeMarkdown(one.model)} ${one.quantisation}`,
    `${share(value)} (${share(low)} to ${share(high)})`,
    one.tokens.toFixed(1),
    formatDuration(one.firstTokenMs),
    formatDuration(one.ms),
    formatDuration(one.loadMs),
    `${formatEnergy(one.joules)} ${one.isEnergyMeasured ? 'measured' : 'estimated'}`,
  ];
  return `| ${cells.join(' | ')} |`;
}
