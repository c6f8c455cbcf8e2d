import assert from 'node:assert/strict';
import { test } from 'node:test';
import { seededRandom, type Random } from '../../../server/learning/random.ts';
import { avoidedBy, MIN_CONTROL_EPISODES } from '../../../server/figures/avoided.ts';
import type { ControlRequest } from '../../../server/figures/rows.ts';
import type { Avoided } from '../../../shared/protocol.ts';

/** A request as nobody can see it: what would have been spent in either case. */
interface Whole extends Required<ControlRequest> {
  readonly full: number;
  readonly firstNewline: number | null;
  readonly fullTailMs: number;
}

/** Tokens of a stream: a few long ones, many short ones. */
function streamLength(random: Random): number {
  return Math.min(128, 1 + Math.floor(Math.exp(1 + 3.5 * random())));
}

/** Episodes of one to three requests, each with its stop somewhere in its stream. */
function population(episodes: number, rate: number, random: Random): Whole[] {
  return Array.from({ length: episodes }, (_, index) =>
    Array.from({ length: 1 + Math.floor(random() * 3) }, () => {
      const full = streamLength(random);
      const tokensAtStop = Math.max(1, Math.ceil(full * random() ** 2));
      const newline = Math.ceil(random() * 1.5 * full);
      const firstNewline = newline > full ? null : newline;
      const seen = firstNewline !== null && firstNewline <= tokensAtStop ? firstNewline : null;
      const fullTailMs = (full - tokensAtStop) * 20;
      const tail = {
        tokens: full,
        tokensAtFirstNewline: firstNewline,
        tailMs: fullTailMs,
      };
      const shared = { full, firstNewline, fullTailMs, tokensAtStop, tail };
      return { ...shared, episodeId: String(index), controlRate: rate, tokensAtFirstNewline: seen };
    }),
  ).flat();
}

/** What the same requests cost with a baseline, less what they cost with these control tails. */
function truth(all: readonly Whole[], sample: ReadonlySet<Whole>, figure: Avoided): number {
  const tokens = figure.unit === 'tokens';
  const beyond = (request: Whole): number => {
    if (!tokens) return request.fullTailMs;
    const baseline =
      figure.baseline === 'first newline' ? (request.firstNewline ?? request.full) : request.full;
    return baseline - request.tokensAtStop;
  };
  const tail = (request: Whole): number =>
    tokens ? request.full - request.tokensAtStop : request.fullTailMs;
  const sum = (values: readonly number[]) => values.reduce((a, b) => a + b, 0);
  return sum(all.map(beyond)) - sum([...sample].map(tail));
}

function drawControl(all: readonly Whole[], rate: number, random: Random): Set<Whole> {
  const drawn = new Map<string, boolean>();
  return new Set(
    all.filter(({ episodeId }) => {
      const control = drawn.get(episodeId) ?? random() < rate;
      drawn.set(episodeId, control);
      return control;
    }),
  );
}

for (const [rate, episodes] of [
  [0.1, 600],
  [0.3, 200],
  [0.5, 100],
] as const) {
  test(`at control rate ${rate}, ${episodes} episodes, estimates hit the truth and intervals cover it`, () => {
    const random = seededRandom(Math.round(1000 * rate + episodes));
    const rounds = 400;
    const hits = [0, 0, 0];
    const errors: number[][] = [[], [], []];
    for (let round = 0; round < rounds; round++) {
      const all = population(episodes, rate, random);
      const sample = drawControl(all, rate, random);
      avoidedBy([...sample], round).forEach((figure, index) => {
        const { value, low, high, n } = figure.net;
        assert.ok(value !== null && low !== null && high !== null);
        assert.equal(n, sample.size);
        assert.ok(low <= value && value <= high);
        const wanted = truth(all, sample, figure);
        errors[index]?.push(value - wanted);
        if (low <= wanted && wanted <= high) hits[index] = (hits[index] ?? 0) + 1;
      });
    }
    for (const [index, list] of errors.entries()) {
      const mean = list.reduce((a, b) => a + b, 0) / rounds;
      const spread = Math.sqrt(list.reduce((a, b) => a + (b - mean) ** 2, 0) / (rounds - 1));
      const z = mean / (spread / Math.sqrt(rounds));
      assert.ok(Math.abs(z) < 3.5, `figure ${index}: mean error is ${z} standard errors`);
      // With 400 rounds at 95 %, 93 % is two standard errors below.
      const coverage = (hits[index] ?? 0) / rounds;
      assert.ok(coverage >= 0.93, `figure ${index}: coverage ${coverage}`);
    }
  });
}

test('where a baseline spends the same (A/A), the interval holds 0 in about 95 % of samples', () => {
  const random = seededRandom(17);
  let hits = 0;
  const rounds = 400;
  for (let round = 0; round < rounds; round++) {
    // Pairs in which the stop and the newline change places: their difference sums up to 0.
    const all = Array.from({ length: 500 }).flatMap((_, index): ControlRequest[] => {
      const [one, other] = [streamLength(random), streamLength(random)];
      return [request(`${index}a`, one, other), request(`${index}b`, other, one)];
    });
    const sample = all.filter(() => random() < 0.1);
    const net = avoidedBy(sample, round).find(({ baseline }) => baseline === 'first newline')?.net;
    assert.ok(net);
    if ((net.low ?? 1) <= 0 && 0 <= (net.high ?? -1)) hits++;
  }
  assert.ok(hits / rounds >= 0.93, String(hits / rounds));
});

function request(episodeId: string, stop: number, newline: number): ControlRequest {
  return {
    episodeId,
    controlRate: 0.1,
    tokensAtStop: stop,
    tokensAtFirstNewline: newline,
    tail: { tokens: stop, tokensAtFirstNewline: null, tailMs: 0 },
  };
}

const stopped = (episode: number, rate = 0.5): ControlRequest => ({
  episodeId: String(episode),
  controlRate: rate,
  tokensAtStop: 4,
  tokensAtFirstNewline: null,
  tail: { tokens: 10, tokensAtFirstNewline: 6, tailMs: 120 },
});
const sampleOf = (episodes: number, rate?: number) =>
  Array.from({ length: episodes }, (_, index) => stopped(index, rate));

test('each figure is the sum that its definition says', () => {
  // Tails of 6 tokens or 120 ms: 20 x 6 x (1 / 0.5 - 1); against the newline 20 x (2 / 0.5 - 6).
  const values = avoidedBy(sampleOf(20)).map(({ baseline, unit, net }) => [
    baseline,
    unit,
    net.value,
  ]);
  assert.deepEqual(values, [
    ['no early stopping', 'tokens', 120],
    ['no early stopping', 'ms', 2400],
    ['first newline', 'tokens', -40],
  ]);
});

test('with fewer than 20 control episodes nothing is stated, however many their requests', () => {
  const few = sampleOf(MIN_CONTROL_EPISODES - 1).flatMap((request) => [request, request]);
  for (const { net } of avoidedBy(few)) {
    assert.deepEqual(net, { value: null, low: null, high: null, n: 38 });
  }
});

test('where hardly any control episode differs from 0, nothing is stated', () => {
  const over = sampleOf(40).map((request) => ({ ...request, tail: null }));
  assert.equal(avoidedBy(over)[0]?.net.value, null);
  assert.equal(avoidedBy([...over, ...sampleOf(4)])[0]?.net.value, null);
});

test('where every request is a control request, what was avoided is known: nothing', () => {
  const [tokens, , newline] = avoidedBy(sampleOf(20, 1));
  assert.deepEqual(tokens?.net, { value: 0, low: 0, high: 0, n: 20 });
  assert.deepEqual(newline?.net, { value: -80, low: -80, high: -80, n: 20 });
});

test('the same rows give the same interval', () => {
  const random = seededRandom(2);
  const sample = [...drawControl(population(400, 0.2, random), 0.2, random)];
  assert.deepEqual(avoidedBy(sample), avoidedBy(sample));
});

test('a year of control requests is summed up without holding up the daemon', () => {
  const random = seededRandom(4);
  const sample = population(5_000, 0.1, random);
  avoidedBy(sample);
  const begun = performance.now();
  avoidedBy(sample);
  const ms = performance.now() - begun;
  assert.ok(ms < 500, `${ms} ms`);
});
