import { CONTEXT_KINDS } from '../../server/stopping/trace.ts';
import { placesOf, type Place, type Source } from './places.ts';

/**
 * All places of the sources in the order in which a simulated user visits them: the kinds of
 * context take turns, files and places are drawn by `random`, no span is written twice.
 *
 * @param random uniform numbers in [0, 1)
 */
export function planVisits(sources: readonly Source[], random: () => number): Place[] {
  const places = shuffled(sources.flatMap(placesOf), random);
  const byKind = CONTEXT_KINDS.map((kind) => places.filter((place) => place.kind === kind));
  const visits: Place[] = [];
  for (let turn = 0; byKind.some((queue) => turn < queue.length); turn++) {
    for (const queue of byKind) {
      const place = queue[turn];
      if (place && !visits.some((visit) => overlaps(visit, place))) visits.push(place);
    }
  }
  return visits;
}

/** Two spans of which most is the same would be one task asked twice. */
function overlaps(a: Place, b: Place): boolean {
  if (a.file !== b.file) return false;
  const common = Math.min(a.end, b.end) - Math.max(a.start, b.start);
  return common > 0.5 * Math.max(a.end - a.start, b.end - b.start);
}

function shuffled<T>(items: readonly T[], random: () => number): T[] {
  const result = [...items];
  for (let i = result.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    const [a, b] = [result[i], result[j]];
    if (a === undefined || b === undefined) continue;
    result[i] = b;
    result[j] = a;
  }
  return result;
}
