import { seededRandom } from '../random.ts';

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

interface CrossFit<Item, Fit> {
  readonly problemOf: (item: Item) => string;
  readonly folds: number;
  /** One shuffle each. */
  readonly seeds: readonly number[];
  readonly fit: (part: readonly Item[]) => Fit;
}

/**
 * Cross-fitting: for every shuffle, hands each item, in their order, to the fit on the folds that its
 * problem is not in.
 */
export function crossFit<Item, Fit>(
  items: readonly Item[],
  { problemOf, folds, seeds, fit }: CrossFit<Item, Fit>,
  read: (item: Item, fit: Fit, index: number) => void,
): void {
  const problems = items.map(problemOf);
  for (const seed of seeds) {
    const fold = foldsOf(problems, folds, seed);
    const fits = Array.from({ length: folds }, (_, held) =>
      fit(items.filter((__, i) => fold[i] !== held)),
    );
    items.forEach((item, i) => {
      const own = fits[fold[i] ?? -1];
      if (own === undefined) throw new RangeError('an item without a fold');
      read(item, own, i);
    });
  }
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
