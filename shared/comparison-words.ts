import { formatDuration, formatEnergy, formatShare } from './figures.ts';
import type { ComparedModel, Comparison } from './learned.ts';

/** One thing that is said of each of the models that were compared. */
export interface ComparedFigure {
  readonly title: string;
  readonly inWords: (one: ComparedModel) => string;
  /** By which models are chosen; the others stand on the page of the comparison alone. */
  readonly isMain: boolean;
}

export const COMPARED_FIGURES: readonly ComparedFigure[] = [
  { title: 'Right, of all places', inWords: rightInWords, isMain: true },
  { title: 'Tokens', inWords: ({ tokens }) => tokens.toFixed(1), isMain: true },
  {
    title: 'First token',
    inWords: ({ firstTokenMs }) => formatDuration(firstTokenMs),
    isMain: false,
  },
  { title: 'Answer', inWords: ({ ms }) => formatDuration(ms), isMain: true },
  { title: 'Loading', inWords: ({ loadMs }) => formatDuration(loadMs), isMain: false },
  { title: 'Energy', inWords: energyInWords, isMain: true },
];

export const STAR_IN_WORDS =
  'A star: no other model is as good in all of matches, time and energy, and better in one of them.';

function rightInWords({ em: { value, low, high } }: ComparedModel): string {
  const share = (part: number | null) => (part === null ? '–' : formatShare(part));
  return `${share(value)} (${share(low)} to ${share(high)})`;
}

function energyInWords({ joules, isEnergyMeasured }: ComparedModel): string {
  return `${formatEnergy(joules)} ${isEnergyMeasured ? 'measured' : 'estimated'}`;
}

/** Empty where every place was answered. */
export function leftOutInWords({ leftOut, tasks }: Pick<Comparison, 'leftOut' | 'tasks'>): string {
  if (leftOut === 0) return '';
  return `${leftOut} of ${tasks + leftOut} places are left out: the engine did not answer there.`;
}
