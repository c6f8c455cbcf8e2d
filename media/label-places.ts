export interface Dot {
  readonly name: string;
  readonly kind: 'ours' | 'peer';
  /** Percent of the drawing. */
  readonly x: number;
  readonly y: number;
}

/** A dot with the place of its name beside it, in pixels. */
export interface Labelled {
  readonly dot: Dot;
  readonly dx: number;
  readonly dy: number;
  readonly anchor: 'start' | 'middle' | 'end';
}

interface Box {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

/** Of the drawing where names are shown, pixels: as narrow as they are shown at. */
const [WIDTH, HEIGHT] = [640, 300];
const [LETTER, LINE] = [6.6, 13];
/** To the right, to the left, above, below; then farther off. */
const PLACES = [
  { dx: 12, dy: 4, anchor: 'start' },
  { dx: -12, dy: 4, anchor: 'end' },
  { dx: 0, dy: -10, anchor: 'middle' },
  { dx: 0, dy: 19, anchor: 'middle' },
  { dx: 12, dy: -9, anchor: 'start' },
  { dx: 12, dy: 17, anchor: 'start' },
  { dx: -12, dy: -9, anchor: 'end' },
  { dx: -12, dy: 17, anchor: 'end' },
  { dx: 0, dy: 32, anchor: 'middle' },
  { dx: 0, dy: -23, anchor: 'middle' },
] as const;

/** Each name where it covers no dot and no earlier name, as far as there is such a place; ours come first. */
export function placeLabels(dots: readonly Dot[]): Labelled[] {
  const taken: Box[] = dots.map((dot) => around(centreOf(dot), dot.kind === 'ours' ? 11 : 4));
  return dots.map((dot) => {
    const free = PLACES.find((place) => {
      const box = boxOf(dot, place);
      return isInside(box) && !taken.some((other) => overlaps(box, other));
    });
    const place = free ?? PLACES[0];
    taken.push(boxOf(dot, place));
    return { dot, ...place };
  });
}

function centreOf({ x, y }: Dot) {
  return { x: (x / 100) * WIDTH, y: (y / 100) * HEIGHT };
}

function around({ x, y }: { readonly x: number; readonly y: number }, radius: number): Box {
  return { left: x - radius, right: x + radius, top: y - radius, bottom: y + radius };
}

function boxOf(dot: Dot, { dx, dy, anchor }: (typeof PLACES)[number]): Box {
  const width = dot.name.length * LETTER;
  const { x, y } = centreOf(dot);
  const start = { start: 0, middle: -width / 2, end: -width }[anchor];
  const left = x + dx + start;
  return { left, right: left + width, top: y + dy - LINE + 3, bottom: y + dy + 3 };
}

function isInside({ left, right, top }: Box): boolean {
  return left >= 0 && right <= WIDTH && top >= 0;
}

function overlaps(a: Box, b: Box): boolean {
  return a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
}
