import { seededRandom } from '../../server/learning/random.ts';
import type { Played } from './play.ts';

/** What a tool spends and saves, per 100 characters of wanted code. */
export interface Operating {
  readonly busyMs: number;
  /** Percent of keystrokes. */
  readonly saved: number;
  readonly notKept: number;
}

/** To ask nothing costs nothing and saves nothing. */
const SILENT: Operating = { busyMs: 0, saved: 0, notKept: 0 };

/** Sums over the stretches of a file, which are drawn together. */
type Sums = readonly [chars: number, busyMs: number, keysSaved: number, notKept: number];

function sumsByFile(played: readonly Played[], files: readonly string[]): Sums[] {
  const byFile = Map.groupBy(played, ({ stretch }) => stretch.file);
  return files.map((file) => {
    let [chars, busyMs, saved, notKept] = [0, 0, 0, 0];
    for (const one of byFile.get(file) ?? []) {
      chars += one.chars;
      busyMs += one.busyMs;
      saved += one.chars - one.keys;
      notKept += one.offersNotKept;
    }
    return [chars, busyMs, saved, notKept];
  });
}

function operatingOf(sums: readonly Sums[], drawn: Iterable<number>): Operating {
  let [chars, busyMs, saved, notKept] = [0, 0, 0, 0];
  for (const index of drawn) {
    const file = sums[index];
    if (!file) continue;
    chars += file[0];
    busyMs += file[1];
    saved += file[2];
    notKept += file[3];
  }
  const per = 100 / Math.max(1, chars);
  return { busyMs: per * busyMs, saved: per * saved, notKept: per * notKept };
}

/** All tools over the same files: as they are, and over files drawn with replacement, the same for each tool. */
export class PairedTools {
  readonly #sums = new Map<string, Sums[]>();
  readonly #files: readonly string[];

  constructor(played: ReadonlyMap<string, readonly Played[]>) {
    const [first = []] = played.values();
    this.#files = [...new Set(first.map(({ stretch }) => stretch.file))];
    for (const [id, all] of played) this.#sums.set(id, sumsByFile(all, this.#files));
  }

  /** What each came to. */
  whole(): ReadonlyMap<string, Operating> {
    return this.#of([...this.#files.keys()]);
  }

  /** The same over files drawn by chance, so often. */
  *draws(count: number, seed: number): Generator<ReadonlyMap<string, Operating>> {
    const random = seededRandom(seed);
    for (let draw = 0; draw < count; draw += 1) {
      yield this.#of(this.#files.map(() => Math.floor(random() * this.#files.length)));
    }
  }

  #of(drawn: readonly number[]): ReadonlyMap<string, Operating> {
    return new Map([...this.#sums].map(([id, sums]) => [id, operatingOf(sums, drawn)]));
  }
}

/**
 * The points that spend least for what they save: the lower convex hull from asking nothing on, as who asks one
 * way at some stretches and another way at others comes to any point between two.
 */
export function frontierOf(points: readonly Operating[]): Operating[] {
  const sorted = [SILENT, ...points].sort((a, b) => a.saved - b.saved || a.busyMs - b.busyMs);
  const hull: Operating[] = [];
  for (const point of sorted) {
    for (;;) {
      const [a, b] = [hull.at(-2), hull.at(-1)];
      if (!b || (a && !isAbove(a, b, point)) || (!a && b.saved < point.saved)) break;
      hull.pop();
    }
    hull.push(point);
  }
  return hull;
}

/** Whether `b` spends no less than the line from `a` to `c`. */
function isAbove(a: Operating, b: Operating, c: Operating): boolean {
  const along = (b.saved - a.saved) * (c.busyMs - a.busyMs);
  return (b.busyMs - a.busyMs) * (c.saved - a.saved) >= along;
}

/** What saving so much costs on a frontier; Infinity where it is not reached. */
export function busyAt(hull: readonly Operating[], saved: number): number {
  for (const [index, right] of hull.entries()) {
    if (right.saved < saved) continue;
    const left = hull[index - 1];
    if (!left || right.saved === left.saved) return right.busyMs;
    const share = (saved - left.saved) / (right.saved - left.saved);
    return left.busyMs + share * (right.busyMs - left.busyMs);
  }
  return Infinity;
}

/** What is saved on a frontier for so much engine time. */
export function savedAt(hull: readonly Operating[], busyMs: number): number {
  let saved = 0;
  for (const [index, right] of hull.entries()) {
    const left = hull[index - 1];
    if (right.busyMs <= busyMs) saved = Math.max(saved, right.saved);
    else if (left && left.busyMs < busyMs) {
      const share = (busyMs - left.busyMs) / (right.busyMs - left.busyMs);
      saved = Math.max(saved, left.saved + share * (right.saved - left.saved));
    }
  }
  return saved;
}
