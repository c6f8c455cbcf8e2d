import { beliefsOf, SHIPPED_CURVE, type Beliefs, type PairCurve } from './curve.ts';

/** Upper bounds of the smaller model's `pAlive`; about a sixth of recorded pairs is in each cell. */
const BOUNDS: readonly number[] = [0.05, 0.12, 0.25, 0.4, 0.62];
export const CELLS = BOUNDS.length + 1;

/** How many pairs the curve counts for in each cell. */
const PRIOR_PAIRS = 12;

/** Pairs that fell into one cell, and of how many each model was right. */
export interface Cell {
  readonly n: number;
  readonly small: number;
  readonly large: number;
}

const EMPTY: Cell = { n: 0, small: 0, large: 0 };

export function noCells(): readonly Cell[] {
  return Array.from({ length: CELLS }, () => EMPTY);
}

/** @param pAlive a rule that has none counts as hopeless */
export function cellOf(pAlive: number | null): number {
  const at = BOUNDS.findIndex((bound) => (pAlive ?? 0) < bound);
  return at === -1 ? BOUNDS.length : at;
}

export function withPair(
  cells: readonly Cell[],
  pAlive: number | null,
  matched: { readonly small: boolean; readonly large: boolean },
): readonly Cell[] {
  const at = cellOf(pAlive);
  return cells.map((cell, i) =>
    i === at
      ? {
          n: cell.n + 1,
          small: cell.small + Number(matched.small),
          large: cell.large + Number(matched.large),
        }
      : cell,
  );
}

/** The curve, moved by the pairs of its cell: a Beta prior of {@link PRIOR_PAIRS} pairs with the curve as its mean. */
export function believed(
  cells: readonly Cell[],
  pAlive: number | null,
  curve: PairCurve = SHIPPED_CURVE,
): Beliefs {
  const prior = beliefsOf(curve, pAlive);
  const { n, small, large } = cells[cellOf(pAlive)] ?? EMPTY;
  const posterior = (mean: number, matches: number) =>
    (mean * PRIOR_PAIRS + matches) / (PRIOR_PAIRS + n);
  return { pSmall: posterior(prior.pSmall, small), pLarge: posterior(prior.pLarge, large) };
}
