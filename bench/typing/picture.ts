import { placeLabels } from '../report/picture.ts';
import type { Operating } from './frontier.ts';

/** A tool in the picture. */
export interface TypingDot extends Pick<Operating, 'busyMs' | 'saved'> {
  readonly label: string;
  readonly kind: 'ours' | 'peer' | 'bound';
}

const SIZE = { width: 860, height: 520 } as const;
const EDGE = { left: 64, right: 24, top: 56, bottom: 56 } as const;
const COLOURS = { ours: '#0b6e4f', peer: '#b0413e', bound: '#6b4e9b' } as const;
const STEPS = [1, 2, 5] as const;

const escaped = (text: string) =>
  text.replace(/[&<>]/g, (c) => ({ '&': '&amp;', '<': '&lt;' })[c] ?? '&gt;');
const round = (value: number) => value.toFixed(1);

/** 1, 2, 5, 10, 20, … between two figures. */
function ticks(least: number, most: number): number[] {
  const found: number[] = [];
  for (let power = 1; power <= most; power *= 10) found.push(...STEPS.map((step) => step * power));
  return found.filter((tick) => tick >= least && tick <= most);
}

/** Engine time (logarithmic) against keystrokes saved: a dot for each tool, a line for our frontier. */
export function typingPicture(
  dots: readonly TypingDot[],
  frontier: readonly Operating[],
  subtitle: string,
): string {
  const { width, height } = SIZE;
  const { left, right, top, bottom } = EDGE;
  const spent = dots.map(({ busyMs }) => busyMs).filter((ms) => ms > 0);
  const [least, most] = [Math.min(...spent) / 1.5, Math.max(...spent) * 1.5];
  const highest = Math.ceil((Math.max(...dots.map(({ saved }) => saved)) + 2) / 10) * 10;
  const x = (ms: number) =>
    left +
    (Math.log(Math.max(ms, least) / least) / Math.log(most / least)) * (width - left - right);
  const y = (saved: number) => height - bottom - (saved / highest) * (height - top - bottom);
  const shown = dots.map((dot) => ({ ...dot, x: x(dot.busyMs), y: y(dot.saved) }));
  const boxes = placeLabels(shown);
  const upright = ticks(least, most).map((tick) => {
    const at = round(x(tick));
    return `<line x1="${at}" x2="${at}" y1="${top}" y2="${height - bottom}" stroke="#e3e7ea"/><text x="${at}" y="${height - bottom + 18}" text-anchor="middle">${tick}</text>`;
  });
  const level = Array.from({ length: highest / 10 + 1 }, (_, i) => 10 * i).map((percent) => {
    const at = y(percent);
    return `<line x1="${left}" x2="${width - right}" y1="${round(at)}" y2="${round(at)}" stroke="#e3e7ea"/><text x="${left - 8}" y="${round(at + 4)}" text-anchor="end">${percent} %</text>`;
  });
  // A straight line between two points is none on a logarithmic scale.
  const line = frontier.slice(1).flatMap((point, index) => {
    const from = frontier[index] ?? point;
    return Array.from({ length: 20 }, (_, step) => {
      const share = (step + 1) / 20;
      const ms = from.busyMs + share * (point.busyMs - from.busyMs);
      return ms < least
        ? ''
        : `${round(x(ms))},${round(y(from.saved + share * (point.saved - from.saved)))}`;
    });
  });
  const marks = shown.map((dot, index) => {
    const box = boxes[index] ?? { x: dot.x, y: dot.y, width: 0, height: 0 };
    const isRight = box.x > dot.x;
    const textX = round(isRight ? box.x : box.x + box.width);
    const textY = round(box.y + box.height / 2 + 4);
    const anchor = isRight ? '' : ' text-anchor="end"';
    const colour = COLOURS[dot.kind];
    return `<circle cx="${round(dot.x)}" cy="${round(dot.y)}" r="5" fill="${colour}"/><text x="${textX}" y="${textY}"${anchor} fill="${colour}">${escaped(dot.label)}</text>`;
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" font-family="DejaVu Sans, Arial, sans-serif" font-size="12" fill="#3a444c">`,
    `<rect width="${width}" height="${height}" fill="#ffffff"/>`,
    `<text x="${left}" y="24" font-size="15" font-weight="bold">Keystrokes saved against engine time, by tool</text>`,
    `<text x="${left}" y="43">${escaped(subtitle)}</text>`,
    ...upright,
    ...level,
    `<text x="${(left + width - right) / 2}" y="${height - 14}" text-anchor="middle">engine-busy ms per 100 characters of wanted code (logarithmic)</text>`,
    `<text transform="translate(16 ${height / 2}) rotate(-90)" text-anchor="middle">keystrokes saved</text>`,
    `<polyline points="${line.filter((at) => at !== '').join(' ')}" fill="none" stroke="${COLOURS.ours}" stroke-width="2"/>`,
    ...marks,
    '</svg>',
    '',
  ].join('\n');
}
