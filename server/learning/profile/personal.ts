import type { ContextKind } from '../../stopping/trace.ts';
import {
  UNCHANGED,
  effectsFrom,
  fitAround,
  type Effect,
  type Recalibration,
  type Spread,
} from './recalibration.ts';
import { shrunk, spreadOf, steadied } from './shrinkage.ts';
import { NO_CLICKS, type Cell, type Clicks, type Place, type ProfileState } from './state.ts';
import { sumOf, type Tally } from './tally.ts';

/** What is known of one place, as far as it differs from what ships. */
export interface Personal {
  /** Of `pAlive`. */
  readonly alive: Recalibration;
  /** Of the probability that a text which is not hopeless is complete: the share of `pDone` in `pAlive`. */
  readonly done: Recalibration;
  /** What clicks ask for, in log-odds of both thresholds: above 0 for longer suggestions. */
  readonly taste: number;
}

/** Drawn step by step from all labels towards those of one place. */
export interface Personals {
  /** Of all places together. */
  readonly pooled: Personal;
  /** Of a language and context kind; all places' where nothing is known of them. */
  inContext(language: string, kind: ContextKind): Personal;
  /** Of a place; its language's and context kind's where nothing is known of the workspace. */
  at(place: Place): Personal;
}

type Head = 'alive' | 'done';

/** Log-odds near the thresholds of `balanced`, 0.07 and 0.8. */
export const CENTRES: Readonly<Record<Head, number>> = { alive: -2.6, done: 1.4 };

/**
 * How far users, contexts of a user, and workspaces in a context are expected to differ, in log-odds; an assumption,
 * except that contexts were seen to differ by no more (docs/statistics.md). It is corrected as places come together.
 */
export const SPREADS: Readonly<Record<'user' | 'context' | 'workspace', Spread>> = {
  user: { intercept: 0.25, slope: 0.04 },
  context: { intercept: 0.1, slope: 0.02 },
  workspace: { intercept: 0.05, slope: 0.01 },
};

/** A click counts as so many labels at even odds. */
export const LABELS_PER_CLICK = 3;
/** Of one label at even odds: what it adds to the score, and to the information. */
const EVEN = { score: 0.5, information: 0.25 } as const;

/** Of each state in use, by weights: it is asked at every request. */
const fitted = new WeakMap<ProfileState, Map<string, Personals>>();

/** What is known of each place, of one model's weights; clicks count whatever the model. */
export function personalsOf(state: ProfileState, weights: string): Personals {
  const known = fitted.get(state) ?? new Map<string, Personals>();
  fitted.set(state, known);
  const personals = known.get(weights) ?? fitPersonals(state.cells, weights);
  known.set(weights, personals);
  return personals;
}

function fitPersonals(cells: readonly Cell[], weights: string): Personals {
  const own = cells.filter((cell) => cell.weights === weights);
  const alive = recalibrations(own, 'alive');
  const done = recalibrations(own, 'done');
  const taste = tastes(cells);
  const at = (key: string, parent: Personal): Personal => ({
    alive: alive.get(key) ?? parent.alive,
    done: done.get(key) ?? parent.done,
    taste: taste.get(key) ?? parent.taste,
  });
  const pooled = at(POOLED, { alive: UNCHANGED, done: UNCHANGED, taste: 0 });
  const inContext = (language: string, kind: ContextKind) =>
    at(contextKey({ language, kind }), pooled);
  return {
    pooled,
    inContext,
    at: (place) => at(placeKey(place), inContext(place.language, place.kind)),
  };
}

const POOLED = '';

function contextKey({ language, kind }: Pick<Place, 'language' | 'kind'>): string {
  return `${language} ${kind}`;
}

function placeKey({ workspace, language, kind }: Place): string {
  return `${language} ${kind} ${workspace ?? '-'}`;
}

function grouped<T>(items: readonly T[], keyOf: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const key = keyOf(item);
    groups.set(key, [...(groups.get(key) ?? []), item]);
  }
  return groups;
}

/** Of all places together, of each context around it, and of each place around its context. */
function recalibrations(cells: readonly Cell[], head: Head): ReadonlyMap<string, Recalibration> {
  const centre = CENTRES[head];
  const sum = (group: readonly Cell[]) => sumOf(group.map((cell) => cell[head]));
  const pooled = fitAround(sum(cells), UNCHANGED, SPREADS.user, centre);
  const fits = new Map([[POOLED, pooled]]);
  const contexts = grouped(cells, contextKey);
  const ofContext = fitEach(
    [...contexts].map(([key, group]) => ({ key, tally: sum(group), common: pooled })),
    SPREADS.context,
    centre,
  );
  const places = [...grouped(cells, placeKey)].flatMap(([key, group]) => {
    const [first] = group;
    const common = first && ofContext.get(contextKey(first));
    return common ? [{ key, tally: sum(group), common }] : [];
  });
  const ofPlace = fitEach(places, SPREADS.workspace, centre);
  for (const [key, fit] of [...ofContext, ...ofPlace]) fits.set(key, fit);
  return fits;
}

export interface Group {
  readonly key: string;
  readonly tally: Tally;
  /** What the group has in common with others. */
  readonly common: Recalibration;
}

/** Empirical Bayes: how far the groups differ is learned from them, and each is drawn towards what they have in common. */
export function fitEach(
  groups: readonly Group[],
  expected: Spread,
  centre: number,
): Map<string, Recalibration> {
  const effects = groups.map(({ tally, common }) => effectsFrom(tally, common, centre));
  const spread: Spread = {
    intercept: steadied(spreadOf(effects.map(({ intercept }) => intercept)), expected.intercept),
    slope: steadied(spreadOf(effects.map(({ slope }) => slope)), expected.slope),
  };
  return new Map(
    groups.map(({ key, tally, common }) => [key, fitAround(tally, common, spread, centre)]),
  );
}

/** As `recalibrations`, with spreads as they are expected: clicks are few. */
function tastes(cells: readonly Cell[]): ReadonlyMap<string, number> {
  const pooled = tasteOf(cells, 0, SPREADS.user);
  const all = new Map([[POOLED, pooled]]);
  for (const [key, group] of grouped(cells, contextKey)) {
    const taste = tasteOf(group, pooled, SPREADS.context);
    all.set(key, taste);
    for (const [place, own] of grouped(group, placeKey)) {
      all.set(place, tasteOf(own, taste, SPREADS.workspace));
    }
  }
  return all;
}

function tasteOf(cells: readonly Cell[], common: number, spread: Spread): number {
  const effect = effectOf(clicksOf(cells));
  return effect ? shrunk(effect, common, spread.intercept) : common;
}

/** `Good` says that nothing is to move: it makes all clicks together surer. Null where there was none. */
function effectOf(clicks: Clicks): Effect | null {
  const n = clicks['too-short'] + clicks['too-long'] + clicks.good;
  if (n === 0) return null;
  const information = LABELS_PER_CLICK * EVEN.information * n;
  const score = LABELS_PER_CLICK * EVEN.score * (clicks['too-short'] - clicks['too-long']);
  return { value: score / information, variance: 1 / information };
}

export function clicksOf(cells: readonly Pick<Cell, 'clicks'>[]): Clicks {
  return cells.reduce(
    (sum, { clicks }) => ({
      'too-short': sum['too-short'] + clicks['too-short'],
      'too-long': sum['too-long'] + clicks['too-long'],
      good: sum.good + clicks.good,
    }),
    NO_CLICKS,
  );
}
