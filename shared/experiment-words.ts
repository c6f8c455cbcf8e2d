import { formatCount, formatDuration, formatShare } from './figures.ts';
import type { Experiment, ExperimentEndpoint, ExperimentFigure } from './stats.ts';

/** What is said of an experiment, the same in panel, notice and terminal. */

export const ENDPOINT_NAMES: Readonly<Record<ExperimentEndpoint, string>> = {
  matches: 'exact matches',
  tokens: 'tokens',
  latency: 'time to an answer',
  acceptance: 'acceptance',
};

/** `A (maxTokens 128) against B (maxTokens 64)`: in what they differ. */
export function armsInWords({ a, b }: Pick<Experiment, 'a' | 'b'>): string {
  const differing = Object.keys(a.settings).filter((key) => a.settings[key] !== b.settings[key]);
  const inWords = ({ settings }: Experiment['a']) =>
    differing
      .map((key) => `${key.slice(key.lastIndexOf('.') + 1)} ${settings[key] ?? ''}`)
      .join(', ');
  return `A (${inWords(a)}) against B (${inWords(b)})`;
}

/** In one sentence how far it is, or how it ended. */
export function stateInWords(experiment: Experiment): string {
  const { a, b, verdict, endpoint, adoptedAt } = experiment;
  const count = a.units + b.units;
  const units = `${formatCount(count)} ${unitsInWords(experiment, count)}`;
  if (!verdict) {
    const on = endpoint === 'any' ? 'whatever differs first' : ENDPOINT_NAMES[endpoint];
    return `No verdict on ${on} after ${units}.`;
  }
  const adopted = adoptedAt === null ? '' : ' Its settings were taken over.';
  const on = verdict.endpoint === null ? '' : ENDPOINT_NAMES[verdict.endpoint];
  switch (verdict.kind) {
    case 'better':
      return `${verdict.winner === 'a' ? 'A' : 'B'} is better in ${on}, after ${units}.${adopted}`;
    case 'harm':
      return `Ended early after ${units}: B is worse in ${on}, so A is to stay.${adopted}`;
    case 'undecided':
      return `Ended without a verdict: after ${units} no difference is known.`;
    case 'stopped':
      return `Stopped by you after ${units}, without a verdict.`;
  }
}

/** @param count of them; one is a stretch, none are stretches */
export function unitsInWords({ unit }: Pick<Experiment, 'unit'>, count: number): string {
  const [one, several] =
    unit === 'stretch' ? ['stretch', 'stretches of typing'] : ['block', 'blocks of ten minutes'];
  return count === 1 ? one : several;
}

/** A mean, in the endpoint's own unit. */
export function meanInWords(endpoint: ExperimentEndpoint, value: number | null): string {
  if (value === null || !Number.isFinite(value)) return '–';
  if (endpoint === 'tokens') return value.toFixed(1);
  return endpoint === 'latency' ? formatDuration(value) : formatShare(value);
}

/** Of B less A: `−5.0 to 1.2`. */
export function differenceInWords({ endpoint, low, high }: ExperimentFigure): string {
  if (low === null || high === null) return '–';
  return `${signed(endpoint, low)} to ${signed(endpoint, high)}`;
}

/** Against "no difference", 1 at the start: `none yet; decided at 20`, `3.1; decided at 20`. */
export function evidenceInWords({ evidence, needed }: ExperimentFigure): string {
  const value = evidence < 1000 ? evidence.toFixed(1) : 'more than 1,000';
  const now = evidence > 1 ? value : 'none yet';
  return `${now}; ${needed === null ? 'decides nothing' : `decided at ${needed}`}`;
}

function signed(endpoint: ExperimentEndpoint, value: number): string {
  const sign = value < 0 ? '\u2212' : '+';
  const size = Math.abs(value);
  if (endpoint === 'tokens') return `${sign}${size.toFixed(1)}`;
  if (endpoint === 'latency') return `${sign}${formatDuration(size)}`;
  return `${sign}${(size * 100).toFixed(1)} points`;
}

/** For a terminal: what is compared, how far it is, and each endpoint on a line. */
export function experimentLines(experiment: Experiment): string[] {
  const { a, b, figures, pairs } = experiment;
  const rows = [
    ['', 'A', 'B', 'B less A (95 %)', 'evidence'],
    ['units', formatCount(a.units), formatCount(b.units), '', ''],
    ...figures.map((figure) => [
      ENDPOINT_NAMES[figure.endpoint],
      meanInWords(figure.endpoint, a.means[figure.endpoint]),
      meanInWords(figure.endpoint, b.means[figure.endpoint]),
      differenceInWords(figure),
      evidenceInWords(figure),
    ]),
  ];
  const widths = [20, 10, 10, 30, 0];
  const replayed =
    pairs.a + pairs.b > 0
      ? [`replayed: ${pairs.a} traces that only A serves right, ${pairs.b} that only B does`]
      : [];
  return [
    armsInWords(experiment),
    stateInWords(experiment),
    ...rows.map((row) =>
      row
        .map((cell, i) => cell.padEnd(widths[i] ?? 0))
        .join(' ')
        .trimEnd(),
    ),
    ...replayed,
  ];
}
