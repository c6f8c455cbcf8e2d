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

/** Of the drawing, pixels. */
const HEIGHT = 300;
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

/**
 * Each name where it covers no dot and no earlier name, as far as there is such a place; ours come first.
 * @param width of the drawing, pixels: as narrow as the names are shown at
 */
export function placeLabels(dots: readonly Dot[], width: number): Labelled[] {
  const taken: Box[] = dots.map((dot) =>
    around(centreOf(dot, width), dot.kind === 'ours' ? 11 : 4),
  );
  return dots.map((dot) => {
    const free = PLACES.find((place) => {
      const box = boxOf(dot, place, width);
      return isInside(box, width) && !taken.some((other) => overlaps(box, other));
    });
    const place = free ?? PLACES[0];
    taken.push(boxOf(dot, place, width));
    return { dot, ...place };
  });
}

function centreOf({ x, y }: Dot, width: number) {
  return { x: (x / 100) * width, y: (y / 100) * HEIGHT };
}

function around({ x, y }: { readonly x: number; readonly y: number }, radius: number): Box {
  return { left: x - radius, right: x + radius, top: y - radius, bottom: y + radius };
}

function boxOf(dot: Dot, { dx, dy, anchor }: (typeof PLACES)[number], width: number): Box {
  const long = dot.name.length * LETTER;
  const { x, y } = centreOf(dot, width);
  const start = { start: 0, middle: -long / 2, end: -long }[anchor];
  const left = x + dx + start;
  return { left, right: left + long, top: y + dy - LINE + 3, bottom: y + dy + 3 };
}

function isInside({ left, right, top }: Box, width: number): boolean {
  return left >= 0 && right <= width && top >= 0;
}

function overlaps(a: Box, b: Box): boolean {
  return a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
}
