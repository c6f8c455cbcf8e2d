/**
 * Is there a difference between two arms that were drawn at random, each with probability 1/2? A bet against "there
 * is none", whose capital may be looked at after every observation.
 *
 * An observation has a value y in [0, 1] and a sign s, +1 for arm b and -1 for arm a. With m the mean of what came
 * before, z = s (y - m) has half the difference of the arms as its expectation given the past, whatever else changes
 * in time, since s is drawn independently of the past (Ham, Bojinov, Lindon & Tingley, "Design-based confidence
 * sequences", 2022). So the product of 1 + lambda z, lambda chosen before z is seen, is a martingale where there is
 * no difference, and reaches 20 with probability 1/20 at most (Ville, 1939; Shekhar & Ramdas, "Nonparametric
 * two-sample testing by betting", 2023). A mean of such products is one, too: the money is laid on both sides and on
 * three sizes of bets, in standard deviations of z so far.
 */
export interface Betting {
  /** Observations, the sum of their values, and that of their squared z. */
  readonly n: number;
  readonly sum: number;
  readonly squares: number;
  /** Natural logarithms of what each of {@link BETS} has become. */
  readonly capitals: readonly number[];
}

export interface Observation {
  readonly arm: 'a' | 'b';
  /** In [0, 1]. */
  readonly value: number;
}

/** In standard deviations of z; the first half bets on "b is higher", the second on "a is higher". */
const BETS = [0.1, 0.25, 0.6, -0.1, -0.25, -0.6];
/** The most of the capital that one bet may lose. */
const MOST = 0.9;
/** The standard deviation of z is taken to be 1/2 for the weight of so many observations. */
const PRIOR = { n: 2, deviation: 0.5 };
/** What rejects a difference at 95 %. */
const REJECTS = 20;
/** Of an interval's ends, as a share of the scale: 2^-14. */
const HALVINGS = 14;

export function noBets(): Betting {
  return { n: 0, sum: 0, squares: 0, capitals: BETS.map(() => 0) };
}

export function bet(before: Betting, observation: Observation): Betting {
  const round = roundOf(before, observation);
  return {
    n: before.n + 1,
    sum: before.sum + observation.value,
    squares: before.squares + round.z ** 2,
    capitals: before.capitals.map((capital, i) => capital + gain(round, i, 0)),
  };
}

/** Against "no difference". */
export function eValue({ capitals }: Pick<Betting, 'capitals'>): number {
  return meanOfExp(capitals);
}

/** Which arm has the higher values, as far as the bets tell. */
export function higherArm({ capitals }: Betting): 'a' | 'b' {
  const half = BETS.length / 2;
  return meanOfExp(capitals.slice(0, half)) > meanOfExp(capitals.slice(half)) ? 'b' : 'a';
}

/**
 * Where the mean of b less that of a lies with 95 %, at all times at once: all that the same bets, laid against
 * that difference, have not rejected. It leaves out 0 exactly where {@link eValue} reaches 20. In [-1, 1].
 */
export function difference(observations: readonly Observation[]): { low: number; high: number } {
  const rounds: Round[] = [];
  let sums: Moments = { n: 0, sum: 0, squares: 0 };
  let total = 0;
  for (const observation of observations) {
    const round = roundOf(sums, observation);
    rounds.push(round);
    total += round.z;
    const { n, sum, squares } = sums;
    sums = { n: n + 1, sum: sum + observation.value, squares: squares + round.z ** 2 };
  }
  if (rounds.length === 0) return { low: -1, high: 1 };
  const isRejected = (delta: number) => {
    const capitals = BETS.map((_, i) =>
      rounds.reduce((sum, each) => sum + gain(each, i, delta), 0),
    );
    return meanOfExp(capitals) >= REJECTS;
  };
  const centre = Math.min(1, Math.max(-1, (2 * total) / rounds.length));
  return { low: edge(centre, -1, isRejected), high: edge(centre, 1, isRejected) };
}

type Moments = Pick<Betting, 'n' | 'sum' | 'squares'>;

interface Round {
  readonly z: number;
  /** The most that it could have been, and its standard deviation, as known before. */
  readonly range: number;
  readonly deviation: number;
}

function roundOf({ n, sum, squares }: Moments, { arm, value }: Observation): Round {
  const m = (0.5 + sum) / (n + 1);
  const prior = PRIOR.n * PRIOR.deviation ** 2;
  return {
    z: (arm === 'b' ? 1 : -1) * (value - m),
    range: Math.max(m, 1 - m),
    deviation: Math.sqrt((prior + squares) / (PRIOR.n + n)),
  };
}

/** What a bet against a difference of `delta` wins or loses in a round, as a logarithm. */
function gain({ z, range, deviation }: Round, which: number, delta: number): number {
  const wanted = (BETS[which] ?? 0) / deviation;
  const most = MOST / (range + Math.abs(delta) / 2);
  return Math.log1p(Math.min(most, Math.max(-most, wanted)) * (z - delta / 2));
}

function meanOfExp(logs: readonly number[]): number {
  return logs.reduce((sum, log) => sum + Math.exp(log), 0) / logs.length;
}

/** Between what is not rejected and what may be: the last that is not. */
function edge(inside: number, outside: number, isRejected: (delta: number) => boolean): number {
  if (!isRejected(outside)) return outside;
  let [kept, rejected] = [inside, outside];
  for (let i = 0; i < HALVINGS; i += 1) {
    const middle = (kept + rejected) / 2;
    if (isRejected(middle)) rejected = middle;
    else kept = middle;
  }
  return rejected;
}
