/** A point of the frontier picture. */
export interface Dot {
  readonly label: string;
  readonly tokens: number;
  /** A share. */
  readonly em: number;
  readonly kind: 'ours' | 'before' | 'peer' | 'oracle';
}

const WIDTH = 860;
const HEIGHT = 520;
const LEFT = 64;
const RIGHT = 24;
const TOP = 56;
const BOTTOM = 56;
const MIN_TOKENS = 2;
const MAX_TOKENS = 160;
const LABEL_HEIGHT = 15;
const CHARACTER = 6.6;
const RADIUS = 5;
const COLOURS = { ours: '#0b6e4f', before: '#7a8b99', peer: '#b0413e', oracle: '#6b4e9b' } as const;

interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

const overlaps = (a: Box, b: Box) =>
  a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;

const escaped = (text: string) =>
  text.replace(/[&<>]/g, (c) => ({ '&': '&amp;', '<': '&lt;' })[c] ?? '&gt;');

/**
 * Places for labels, nearest first: beside the dot, then in rings around it, none on a dot or on another
 * label. Boxes are estimated from the number of characters.
 */
export function placeLabels(
  dots: readonly { readonly x: number; readonly y: number; readonly label: string }[],
  taken: readonly Box[] = [],
): Box[] {
  const dotBoxes = dots.map(({ x, y }) => ({
    x: x - RADIUS - 1,
    y: y - RADIUS - 1,
    width: 2 * RADIUS + 2,
    height: 2 * RADIUS + 2,
  }));
  const placed: Box[] = [];
  for (const { x, y, label } of dots) {
    const width = label.length * CHARACTER;
    const at = (dx: number, dy: number): Box => ({
      x: dx >= 0 ? x + 9 + dx : x - 9 + dx - width,
      y: y + dy - LABEL_HEIGHT / 2,
      width,
      height: LABEL_HEIGHT,
    });
    const tries: Box[] = [];
    for (let ring = 0; ring < 14; ring += 1) {
      const far = ring * 9;
      for (const dy of [0, -far, far]) tries.push(at(far / 3, dy), at(-far / 3 - 0.001, dy));
    }
    const inside = (box: Box) =>
      box.x >= LEFT &&
      box.x + box.width <= WIDTH - 4 &&
      box.y >= TOP &&
      box.y + box.height <= HEIGHT - BOTTOM;
    const free = tries.find(
      (box) =>
        inside(box) && ![...placed, ...dotBoxes, ...taken].some((other) => overlaps(box, other)),
    );
    placed.push(free ?? at(0, 0));
  }
  return placed;
}

/**
 * The frontier as an SVG: tokens per request (logarithmic) against EM; dots for rules, a line for what the
 * learned policy reaches at every threshold.
 */
export function frontierPicture(
  dots: readonly Dot[],
  line: readonly { readonly tokens: number; readonly em: number }[],
  subtitle: string,
): string {
  const top = Math.ceil((Math.max(...dots.map(({ em }) => em), 0.05) * 100 + 1) / 5) * 5;
  const x = (tokens: number) =>
    LEFT +
    ((Math.log(Math.max(tokens, MIN_TOKENS)) - Math.log(MIN_TOKENS)) /
      (Math.log(MAX_TOKENS) - Math.log(MIN_TOKENS))) *
      (WIDTH - LEFT - RIGHT);
  const y = (em: number) => HEIGHT - BOTTOM - ((100 * em) / top) * (HEIGHT - TOP - BOTTOM);
  const shown = dots.map((dot) => ({ ...dot, x: x(dot.tokens), y: y(dot.em) }));
  const path = line
    .filter(({ tokens }) => tokens >= MIN_TOKENS)
    .map(({ tokens, em }) => ({ x: x(tokens), y: y(em) }));
  const onLine = path.map((at) => ({ x: at.x - 4, y: at.y - 4, width: 8, height: 8 }));
  const boxes = placeLabels(shown, onLine);
  const round = (value: number) => value.toFixed(1);
  const grid = [
    ...[2, 4, 8, 16, 32, 64, 128].map((tokens) => {
      const at = round(x(tokens));
      return `<line x1="${at}" x2="${at}" y1="${TOP}" y2="${HEIGHT - BOTTOM}" stroke="#e3e7ea"/><text x="${at}" y="${HEIGHT - BOTTOM + 18}" text-anchor="middle">${tokens}</text>`;
    }),
    ...Array.from({ length: top / 5 + 1 }, (_, i) => 5 * i).map((em) => {
      const at = y(em / 100);
      return `<line x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${round(at)}" y2="${round(at)}" stroke="#e3e7ea"/><text x="${LEFT - 8}" y="${round(at + 4)}" text-anchor="end">${em} %</text>`;
    }),
  ];
  const marks = shown.map((dot, i) => {
    const box = boxes[i] ?? { x: dot.x, y: dot.y, width: 0, height: 0 };
    const colour = COLOURS[dot.kind];
    const middle = box.y + box.height / 2;
    const isRight = box.x > dot.x;
    const near = isRight ? box.x - 2 : box.x + box.width + 2;
    const anchor = isRight ? '' : ' text-anchor="end"';
    const textX = isRight ? box.x : box.x + box.width;
    const leader =
      Math.hypot(near - dot.x, middle - dot.y) > 14
        ? `<line x1="${round(dot.x)}" y1="${round(dot.y)}" x2="${round(near)}" y2="${round(middle)}" stroke="${colour}" stroke-width="0.7"/>`
        : '';
    return `${leader}<circle cx="${round(dot.x)}" cy="${round(dot.y)}" r="${RADIUS}" fill="${colour}"/><text x="${round(textX)}" y="${round(middle + 4)}"${anchor} fill="${colour}">${escaped(dot.label)}</text>`;
  });
  const points = path.map((at) => `${round(at.x)},${round(at.y)}`).join(' ');
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${HEIGHT}" viewBox="0 0 ${WIDTH} ${HEIGHT}" font-family="DejaVu Sans, Arial, sans-serif" font-size="12" fill="#3a444c">`,
    `<rect width="${WIDTH}" height="${HEIGHT}" fill="#ffffff"/>`,
    `<text x="${LEFT}" y="24" font-size="15" font-weight="bold">Matches against tokens spent, by stop rule</text>`,
    `<text x="${LEFT}" y="43">${escaped(subtitle)}</text>`,
    ...grid,
    `<text x="${(LEFT + WIDTH - RIGHT) / 2}" y="${HEIGHT - 14}" text-anchor="middle">tokens per request (logarithmic)</text>`,
    `<text transform="translate(16 ${HEIGHT / 2}) rotate(-90)" text-anchor="middle">exact matches</text>`,
    `<polyline points="${points}" fill="none" stroke="${COLOURS.ours}" stroke-width="2"/>`,
    ...marks,
    '</svg>',
    '',
  ].join('\n');
}
