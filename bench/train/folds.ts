import { seededRandom } from '../replay/random.ts';

/**
 * Assigns each problem to one of `count` folds, by a seeded shuffle: all traces of a problem fall
 * into the same fold.
 */
export function foldsOf(problems: readonly string[], count: number, seed: number): number[] {
  const random = seededRandom(seed);
  const order = [...new Set(problems)].map((problem) => ({ problem, at: random() }));
  order.sort((a, b) => a.at - b.at);
  const fold = new Map(order.map(({ problem }, i) => [problem, i % count]));
  return problems.map((problem) => fold.get(problem) ?? 0);
}

/** Problems that two sets of traces share; a held-out set must share none with what it is held out from. */
export function overlapOf(a: readonly string[], b: readonly string[]): string[] {
  const known = new Set(a);
  return [...new Set(b)].filter((problem) => known.has(problem));
}

/**
 * Weights must be read on problems that they were not trained on.
 * @throws Error where they were trained on one of them
 */
export function refuseTrainedOn(trained: readonly string[], read: readonly string[]): void {
  const { length } = overlapOf(trained, read);
  if (length > 0) {
    throw new Error(`${length} problems of these traces were trained on; --seen allows it`);
  }
}
