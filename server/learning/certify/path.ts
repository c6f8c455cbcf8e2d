import { NEVER, frontierOf, pointOf, type Point, type ScoredTrace } from '../fit/frontier.ts';
import { storedThresholds } from '../fit/presets.ts';
import { shareOfPatient } from '../fit/halves.ts';

type Stored = ReturnType<typeof storedThresholds>;

/** A point as it ships, and what it scored on the traces that the path was built from. */
export interface PathStep {
  readonly stored: Stored;
  readonly scored: Point;
}

/** Points of the frontier that the path goes through. */
const STEPS = 30;
/** Steps before the frontier's safest point, each at half the distance of the next to giving nothing up. */
const CAUTIOUS = 6;
/**
 * No step raises `tauAlive` by a larger factor. Fixed-sequence testing stops at the first point that loses too
 * much, so what certifies lies up to one step short of the boldest that could; and as a bolder point loses
 * what the point before lost, and more, further points in between make no failure likelier.
 */
const FACTOR = 1.05;
/** The share of the patient rule's matches below which no preset is of use. */
const LEAST = 0.8;

/**
 * From the patient reference, which loses nothing, to the most aggressive policy: along it `tauAlive` only
 * rises and `tauDone` only falls, so no decision moves back. Built from training scores that are held out by
 * problem, and so ordered before any calibration is looked at.
 */
export function pathOf(held: readonly ScoredTrace[]): PathStep[] {
  const least = shareOfPatient(LEAST)(held);
  const safestFirst = frontierOf(held)
    .filter(({ matches }) => matches >= least)
    .reverse();
  const chain = thinned(longestChain(safestFirst), STEPS).map(storedThresholds);
  const [safest] = chain;
  const cautious = safest ? cautiousSteps(safest) : [];
  const steps: Stored[] = [storedThresholds({ tauAlive: 0, tauDone: NEVER })];
  for (const step of inSmallSteps([...cautious, ...chain])) {
    const last = steps.at(-1);
    if (step.tauAlive !== last?.tauAlive || step.tauDone !== last.tauDone) steps.push(step);
  }
  return steps.map((stored) => ({ stored, scored: pointOf(held, stored) }));
}

function cautiousSteps({ tauAlive, tauDone }: Stored): Stored[] {
  return Array.from({ length: CAUTIOUS }, (_, i) => {
    const part = 2 ** (i - CAUTIOUS);
    const done = Math.ceil((1 - part * (1 - tauDone)) * 1e4) / 1e4;
    return storedThresholds({ tauAlive: part * tauAlive, tauDone: done });
  });
}

/** With points in between, `tauAlive` by equal factors and `tauDone` by equal differences. */
export function inSmallSteps(points: readonly Stored[]): Stored[] {
  return points.flatMap((to, i) => {
    const from = points[i - 1];
    if (!from || from.tauAlive <= 0) return [to];
    const steps = Math.max(1, Math.ceil(Math.log(to.tauAlive / from.tauAlive) / Math.log(FACTOR)));
    return Array.from({ length: steps }, (_, step) => {
      if (step === steps - 1) return to;
      const part = (step + 1) / steps;
      const tauDone = from.tauDone + part * (to.tauDone - from.tauDone);
      return storedThresholds({
        tauAlive: from.tauAlive * (to.tauAlive / from.tauAlive) ** part,
        tauDone: Math.ceil(tauDone * 1e4) / 1e4,
      });
    });
  });
}

/** The most points in their order among which neither threshold turns back. */
export function longestChain<T extends Pick<Stored, 'tauAlive' | 'tauDone'>>(
  points: readonly T[],
): T[] {
  const best: T[][] = [];
  let longest: T[] = [];
  for (const point of points) {
    let before: T[] = [];
    for (const chain of best) {
      const last = chain.at(-1);
      const goesOn = last && point.tauAlive >= last.tauAlive && point.tauDone <= last.tauDone;
      if (goesOn && chain.length > before.length) before = chain;
    }
    const chain = [...before, point];
    best.push(chain);
    if (chain.length > longest.length) longest = chain;
  }
  return longest;
}

/** So many at most, evenly spaced, first and last among them. */
function thinned<T>(items: readonly T[], count: number): T[] {
  if (items.length <= count) return [...items];
  const every = (items.length - 1) / (count - 1);
  return Array.from({ length: count }, (_, i) => items[Math.round(i * every)]).filter(
    (item) => item !== undefined,
  );
}
