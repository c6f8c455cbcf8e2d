import { pointAt } from '../../stopping/policy/aggressiveness.ts';
import type { HeldOut } from '../../stopping/policy/choose-rule.ts';
import type { PartialPoint } from '../../stopping/policy/point.ts';
import { outcomeOf, type ScoredTrace } from '../fit/frontier.ts';
import { CURVE_STEPS, type Curve } from './state.ts';

/** What to expect of one place on the path. */
export interface Expected {
  /** In [0, 1]. */
  readonly aggressiveness: number;
  /** A request, up to the stop. */
  readonly tokens: number;
  /** Matches a request. */
  readonly em: number;
}

/** What ships counts as so many of the user's own traces. */
const SHIPPED_TRACES = 100;
/** Where nothing shipped, nothing is said before so many. */
const FEWEST_TRACES = 30;

const NO_TRACES: Curve = {
  n: 0,
  tokens: new Array<number>(CURVE_STEPS + 1).fill(0),
  matches: new Array<number>(CURVE_STEPS + 1).fill(0),
};

/** One more trace, replayed all along the path. */
export function withReplay(
  curve: Curve | undefined,
  scored: ScoredTrace,
  path: readonly PartialPoint[],
): Curve {
  const before = curve ?? NO_TRACES;
  const outcomes = before.tokens.map((_, step) =>
    outcomeOf(scored, pointAt(path, step / CURVE_STEPS)),
  );
  return {
    n: before.n + 1,
    tokens: before.tokens.map((sum, step) => sum + (outcomes[step]?.tokens ?? 0)),
    matches: before.matches.map((sum, step) => sum + Number(outcomes[step]?.matched ?? false)),
  };
}

/**
 * What each step of the path costs and matches: the mean of the user's own replays and of those that ship with the
 * weights, which count as a fixed number of traces. Null where too little is known.
 */
export function expectedAlong(
  curve: Curve | undefined,
  shipped: HeldOut | undefined,
): readonly Expected[] | null {
  const { n, tokens, matches } = curve ?? NO_TRACES;
  if (!shipped && n < FEWEST_TRACES) return null;
  const weight = shipped ? SHIPPED_TRACES : 0;
  return tokens.map((sum, step) => {
    const aggressiveness = step / CURVE_STEPS;
    const known = shippedAt(shipped, aggressiveness);
    return {
      aggressiveness,
      tokens: (weight * known.tokens + sum) / (weight + n),
      em: (weight * known.em + (matches[step] ?? 0)) / (weight + n),
    };
  });
}

function shippedAt(shipped: HeldOut | undefined, aggressiveness: number) {
  if (!shipped) return { tokens: 0, em: 0 };
  const [tokens, matches] = shipped.steps[
    Math.round(aggressiveness * (shipped.steps.length - 1))
  ] ?? [0, 0];
  return { tokens, em: matches / shipped.n };
}

/** What the user asks for; 0 where nothing. */
export interface Targets {
  /** The least matches a request, in [0, 1]. */
  readonly floorEM: number;
  /** The most tokens a request. */
  readonly targetTokens: number;
}

export interface Chosen extends Expected {
  /** Whether all that was asked for is expected to be met. */
  readonly met: boolean;
}

/**
 * The best that is known to meet what is asked for: the cheapest with the matches of the floor, else the one with the
 * most matches within the tokens. The floor comes first; where nothing meets it, the most matches do, and where nothing
 * keeps to the tokens, the fewest.
 * @returns null where nothing is asked for
 */
export function chosenFor(
  expected: readonly Expected[],
  { floorEM, targetTokens }: Targets,
): Chosen | null {
  const within = ({ tokens }: Expected) => targetTokens === 0 || tokens <= targetTokens;
  const cheapestFirst = expected.toSorted((a, b) => a.tokens - b.tokens);
  const mostMatchesFirst = cheapestFirst.toSorted((a, b) => b.em - a.em);
  if (floorEM > 0) {
    const chosen = cheapestFirst.find(({ em }) => em >= floorEM) ?? mostMatchesFirst[0];
    return chosen ? { ...chosen, met: chosen.em >= floorEM && within(chosen) } : null;
  }
  if (targetTokens > 0) {
    const chosen = mostMatchesFirst.find(within) ?? cheapestFirst[0];
    return chosen ? { ...chosen, met: within(chosen) } : null;
  }
  return null;
}
