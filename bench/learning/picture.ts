import { formatShare } from '../../shared/figures.ts';
import type { StageFigures } from './figures.ts';

const WIDTH = 860;
const LEFT = 190;
const RIGHT = 70;
const TOP = 64;
const BAND = 96;
const COLOURS = ['#0b6e4f', '#b0413e'];

interface Curve {
  readonly name: string;
  readonly valueOf: (stage: StageFigures) => number;
  readonly written: (value: number) => string;
}

const CURVES: readonly Curve[] = [
  { name: 'tokens a request', valueOf: ({ tokens }) => tokens, written: (n) => n.toFixed(1) },
  { name: 'EM by request', valueOf: ({ em }) => em, written: formatShare },
  {
    name: 'keystrokes saved',
    valueOf: ({ keystrokesSaved }) => keystrokesSaved,
    written: formatShare,
  },
  { name: 'boldness', valueOf: ({ boldness }) => boldness ?? 1, written: (n) => n.toFixed(2) },
];

/**
 * An SVG with one band for each figure over the stages, from 0 to its largest value; a change of the person is a
 * change of colour.
 */
export function learningPicture(stages: readonly StageFigures[], title: string): string {
  const height = TOP + CURVES.length * BAND + 30;
  const persons = [...new Set(stages.map(({ taste }) => taste))];
  const x = (i: number) => LEFT + ((i + 0.5) * (WIDTH - LEFT - RIGHT)) / stages.length;
  const bands = CURVES.map((curve, row) => band(curve, stages, persons, x, TOP + row * BAND));
  const legend = persons.map(
    (name, i) =>
      `<text x="${LEFT + i * 180}" y="46" fill="${COLOURS[i % 2] ?? ''}">${escaped(name)}</text>`,
  );
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" font-family="sans-serif" font-size="13">`,
    `<rect width="${WIDTH}" height="${height}" fill="#fff"/>`,
    `<text x="16" y="24" font-size="15">${escaped(title)}</text>`,
    ...legend,
    ...bands,
    '</svg>',
    '',
  ].join('\n');
}

function band(
  { name, valueOf, written }: Curve,
  stages: readonly StageFigures[],
  persons: readonly string[],
  x: (i: number) => number,
  top: number,
): string {
  const values = stages.map(valueOf);
  const most = Math.max(...values, 1e-9);
  const y = (value: number) => top + BAND - 18 - (value / most) * (BAND - 34);
  const line = values.map((value, i) => `${x(i).toFixed(1)},${y(value).toFixed(1)}`).join(' ');
  const dots = stages.map((stage, i) => {
    const colour = COLOURS[persons.indexOf(stage.taste) % 2] ?? '';
    const value = values[i] ?? 0;
    const [cx, cy] = [x(i).toFixed(1), y(value).toFixed(1)];
    return `<circle cx="${cx}" cy="${cy}" r="4" fill="${colour}"/><text x="${cx}" y="${(y(value) - 8).toFixed(1)}" font-size="10" text-anchor="middle" fill="#333">${written(value)}</text>`;
  });
  return [
    `<text x="16" y="${top + BAND / 2}">${escaped(name)}</text>`,
    `<line x1="${LEFT}" y1="${y(0)}" x2="${WIDTH - RIGHT}" y2="${y(0)}" stroke="#ccc"/>`,
    `<polyline points="${line}" fill="none" stroke="#7a8b99"/>`,
    ...dots,
  ].join('');
}

function escaped(text: string): string {
  return text.replace(/[&<>]/g, (c) => ({ '&': '&amp;', '<': '&lt;' })[c] ?? '&gt;');
}
