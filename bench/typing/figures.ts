import {
  clusterInterval,
  meanOf,
  quantile,
  type Interval,
  type Observation,
} from '../replay/bootstrap.ts';
import type { Played } from './play.ts';

export interface Figure {
  readonly value: number;
  readonly interval: Interval | null;
}

/** What a tool came to over all stretches; per 100 characters of wanted code where nothing else is said. */
export interface TypingFigures {
  readonly id: string;
  readonly busyMs: Figure;
  readonly tokens: Figure;
  readonly requests: Figure;
  readonly unrecorded: Figure;
  /** Shares of all keystrokes, and of all stretches. */
  readonly saved: Figure;
  readonly exact: Figure;
  readonly notKept: Figure;
  /** From the key to the offer, of offers that the engine served; NaN where there is none. */
  readonly ghostMs: { readonly p50: number; readonly p95: number };
}

const DRAWS = 2000;
const SEED = 1;

function figure(observations: readonly Observation[]): Figure {
  const interval = clusterInterval(observations, DRAWS, SEED);
  return { value: meanOf(observations) ?? Number.NaN, interval };
}

/** Of all stretches, by the characters they have. */
export function perHundred(played: readonly Played[], count: (one: Played) => number): Figure {
  return figure(
    played.map((one) => ({
      cluster: one.stretch.file,
      value: (100 * count(one)) / one.chars,
      weight: one.chars,
    })),
  );
}

function share(played: readonly Played[], isSo: (one: Played) => boolean): Figure {
  return figure(
    played.map((one) => ({ cluster: one.stretch.file, value: isSo(one) ? 1 : 0, weight: 1 })),
  );
}

export function figuresOf(id: string, played: readonly Played[]): TypingFigures {
  const ghost = played.flatMap(({ ghostMs }) => ghostMs).sort((a, b) => a - b);
  return {
    id,
    busyMs: perHundred(played, ({ busyMs }) => busyMs),
    tokens: perHundred(played, ({ tokens }) => tokens),
    requests: perHundred(played, ({ requests }) => requests),
    unrecorded: perHundred(played, ({ unrecorded }) => unrecorded),
    saved: perHundred(played, ({ chars, keys }) => (chars - keys) / 100),
    exact: share(played, ({ exact }) => exact),
    notKept: perHundred(played, ({ offersNotKept }) => offersNotKept),
    ghostMs: { p50: quantile(ghost, 0.5), p95: quantile(ghost, 0.95) },
  };
}
