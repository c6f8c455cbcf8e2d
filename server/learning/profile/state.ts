import * as z from 'zod';
import { CONTEXT_KINDS, type ContextKind } from '../../stopping/trace.ts';
import type { Feedback } from '../../../shared/learned.ts';
import { BINS, NO_LABELS, heldTo, withLabels, type Label, type Tally } from './tally.ts';

/** What is learned of one language and context kind in one workspace, under one model's weights. */
export interface Cell extends Place {
  /** Of traces after which nothing was offered, and of the workspace's own code. */
  readonly unanchored: number;
  /** Of traces after an offer. */
  readonly anchored: number;
  /** Of the text's becoming what is wanted in the end. */
  readonly alive: Tally;
  /** Of its being complete as it stands, on traces that came to be so. */
  readonly done: Tally;
  readonly clicks: Clicks;
  readonly gain: Gain;
}

export interface Place {
  /** The hash of the weights that probabilities come from; `simple` for the simple rule. */
  readonly weights: string;
  /** A salted hash of its root; null outside of any. */
  readonly workspace: string | null;
  readonly language: string;
  readonly kind: ContextKind;
}

export type Clicks = Readonly<Record<Feedback, number>>;

/**
 * Sums over unanchored traces of what the place's own thresholds did with each before they learned of it, less what
 * those of all places together did.
 */
export interface Gain {
  readonly n: number;
  readonly tokens: number;
  readonly tokensSquared: number;
  readonly matches: number;
  readonly matchesSquared: number;
}

/** What would have come of this user's unanchored traces all along one model's path, at even distances. */
export interface Curve {
  readonly n: number;
  /** Sums, one for each step. */
  readonly tokens: readonly number[];
  readonly matches: readonly number[];
}

export interface ProfileState {
  /** Those that learned last stand last. */
  readonly cells: readonly Cell[];
  /** By the hash of the weights. */
  readonly curves: Readonly<Record<string, Curve>>;
}

/** Of a curve: aggressiveness 0, 1 / 40, ... 1. */
export const CURVE_STEPS = 40;
/** Beyond it the place that learned longest ago is forgotten. */
const MOST_CELLS = 200;
/** So many labels are remembered of a place at most: older ones fade, so that a change of taste is followed. */
const MOST_LABELS = 400;

export const EMPTY: ProfileState = { cells: [], curves: {} };

const NO_GAIN: Gain = { n: 0, tokens: 0, tokensSquared: 0, matches: 0, matchesSquared: 0 };

export const NO_CLICKS: Clicks = { 'too-short': 0, 'too-long': 0, good: 0 };

const count = z.number().nonnegative();
const perBin = z.array(count).length(BINS);
const perStep = z.array(count).length(CURVE_STEPS + 1);
const tally = z.object({ all: perBin, met: perBin });

const stateSchema: z.ZodType<ProfileState> = z.object({
  cells: z.array(
    z.object({
      weights: z.string(),
      workspace: z.string().nullable(),
      language: z.string(),
      kind: z.enum(CONTEXT_KINDS),
      unanchored: count,
      anchored: count,
      alive: tally,
      done: tally,
      clicks: z.object({ 'too-short': count, 'too-long': count, good: count }),
      gain: z.object({
        ...{ n: count, tokens: z.number(), tokensSquared: count },
        ...{ matches: z.number(), matchesSquared: count },
      }),
    }),
  ),
  curves: z.record(z.string(), z.object({ n: count, tokens: perStep, matches: perStep })),
});

/** Null for what is no state of this version. */
export function readState(stored: unknown): ProfileState | null {
  return stateSchema.safeParse(stored).data ?? null;
}

export function isAt(cell: Place, { weights, workspace, language, kind }: Place): boolean {
  return (
    cell.weights === weights &&
    cell.workspace === workspace &&
    cell.language === language &&
    cell.kind === kind
  );
}

export interface Labels {
  readonly anchored: boolean;
  readonly alive: readonly Label[];
  readonly done: readonly Label[];
  /** Of an unanchored trace; null where thresholds could not be compared. */
  readonly gain: { readonly tokens: number; readonly matches: number } | null;
}

/** One more labelled trace at a place. */
export function withTrace(state: ProfileState, place: Place, labels: Labels): ProfileState {
  return changed(state, place, (cell) => ({
    ...cell,
    unanchored: cell.unanchored + Number(!labels.anchored),
    anchored: cell.anchored + Number(labels.anchored),
    alive: heldTo(withLabels(cell.alive, labels.alive), MOST_LABELS),
    done: heldTo(withLabels(cell.done, labels.done), MOST_LABELS),
    gain: labels.gain ? added(cell.gain, labels.gain) : cell.gain,
  }));
}

/** One more click at a place. */
export function withClick(state: ProfileState, place: Place, said: Feedback): ProfileState {
  return changed(state, place, (cell) => ({
    ...cell,
    clicks: { ...cell.clicks, [said]: cell.clicks[said] + 1 },
  }));
}

function changed(state: ProfileState, place: Place, change: (cell: Cell) => Cell): ProfileState {
  const before = state.cells.find((cell) => isAt(cell, place)) ?? newCell(place);
  const others = state.cells.filter((cell) => !isAt(cell, place));
  return { ...state, cells: [...others, change(before)].slice(-MOST_CELLS) };
}

function newCell({ weights, workspace, language, kind }: Place): Cell {
  return {
    ...{ weights, workspace, language, kind },
    ...{ unanchored: 0, anchored: 0, alive: NO_LABELS, done: NO_LABELS },
    ...{ clicks: NO_CLICKS, gain: NO_GAIN },
  };
}

function added(gain: Gain, { tokens, matches }: NonNullable<Labels['gain']>): Gain {
  return {
    n: gain.n + 1,
    tokens: gain.tokens + tokens,
    tokensSquared: gain.tokensSquared + tokens ** 2,
    matches: gain.matches + matches,
    matchesSquared: gain.matchesSquared + matches ** 2,
  };
}
