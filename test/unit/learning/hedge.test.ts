import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { hedged } from '../../../server/learning/cascade/weights.ts';
import { decider } from '../../../server/learning/decide.ts';
import { fixedShare, sum } from '../../../server/learning/hedge/fixed-share.ts';
import { hedgeLearner, type HedgeState } from '../../../server/learning/hedge/hedge.ts';
import {
  BOLDNESSES,
  boldnessOf,
  HEDGE,
  lossOf,
  replays,
} from '../../../server/learning/hedge/policies.ts';
import type { Evidence, LabelledTrace } from '../../../server/learning/learner.ts';
import { DEFAULT_SETTINGS } from '../../../shared/settings.ts';
import { request, settledEpisode } from '../../storage/rows.ts';
import {
  labelled,
  lostTrace,
  MODEL,
  QUESTION,
  span,
  traceOf,
} from '../../support/feature-traces.ts';
import { madeUpWeights } from '../../support/weights.ts';

const WEIGHTS = madeUpWeights();
const LEARNER = hedgeLearner(() => WEIGHTS);
/** What the bold points give up for nothing. */
const LOSING = span(lostTrace());
/** What is hopeless: bold points save its tokens. */
const HOPELESS = span({ ...lostTrace(), matched: false });
const stretch = (trace: LabelledTrace): Evidence => ({
  kind: 'stretch',
  simulated: false,
  trace,
  requests: [request('r1', 'e1', { model: MODEL.name, modelDigest: MODEL.digest, first: true })],
  tails: [],
  label: { ...settledEpisode('e1'), servedText: null, keptText: null },
});
const after = (evidence: readonly Evidence[], from = LEARNER.empty()): HedgeState =>
  evidence.reduce<HedgeState>((state, one) => LEARNER.observe(state, one), from);
const many = (count: number, one: Evidence) => new Array<Evidence>(count).fill(one);
function boldness(state: HedgeState): number {
  const advice = LEARNER.advise(state, QUESTION, null);
  assert.ok(advice?.kind === 'request' && advice.boldness !== undefined);
  return advice.boldness;
}

describe('fixed share', () => {
  const weight = fc.double({ min: 0.01, max: 1, noNaN: true });
  const vectors = fc.integer({ min: 2, max: 6 }).chain((n) =>
    fc.record({
      weights: fc.array(weight, { minLength: n, maxLength: n }),
      losses: fc.array(fc.option(fc.double({ min: 0, max: 1, noNaN: true }), { freq: 3 }), {
        ...{ minLength: n, maxLength: n },
      }),
    }),
  );
  const scaled = (values: readonly number[]) => values.map((value) => value / sum(values));
  const even = (n: number) => new Array<number>(n).fill(1 / n);

  test('keeps the sum, and leaves alone what sleepers have against all others', () => {
    fc.assert(
      fc.property(vectors, ({ weights, losses }) => {
        const before = scaled(weights);
        const still = { eta: 0.5, share: 0, prior: even(weights.length) };
        const next = fixedShare(before, losses, 1, still);
        assert.ok(Math.abs(sum(next) - 1) < 1e-9);
        for (const [i, loss] of losses.entries())
          if (loss === null) assert.equal(next[i], before[i]);
        assert.ok(
          Math.abs(sum(fixedShare(before, losses, 1, { ...still, share: 0.1 })) - 1) < 1e-9,
        );
      }),
    );
  });

  test('agrees, with everybody awake and an even prior, with another implementation', () => {
    fc.assert(
      fc.property(vectors, ({ weights, losses }) => {
        const full = losses.map((loss) => loss ?? 0.5);
        const named = (values: readonly number[]) =>
          Object.fromEntries(values.map((value, i) => [String(i), value]));
        const reference = hedged(named(scaled(weights)), named(full), { eta: 0.5, share: 0.1 });
        const prior = even(weights.length);
        const next = fixedShare(scaled(weights), full, 1, { eta: 0.5, share: 0.1, prior });
        for (const [i, value] of next.entries())
          assert.ok(Math.abs(value - (reference[String(i)] ?? NaN)) < 1e-9);
      }),
    );
  });

  test('loses no more than the bound of Hedge against the best in hindsight', () => {
    const rounds = 400;
    const losses = fc.array(fc.tuple(fc.constantFrom(0, 1), fc.constantFrom(0, 1)), {
      ...{ minLength: rounds, maxLength: rounds },
    });
    fc.assert(
      fc.property(losses, (all) => {
        const eta = Math.sqrt((8 * Math.log(2)) / rounds);
        let weights: readonly number[] = even(2);
        let own = 0;
        for (const pair of all) {
          own += sum(pair.map((loss, i) => loss * (weights[i] ?? 0)));
          weights = fixedShare(weights, pair, 1, { eta, share: 0, prior: even(2) });
        }
        const best = Math.min(...[0, 1].map((i) => sum(all.map((pair) => pair[i] ?? 0))));
        assert.ok(own - best <= Math.sqrt((rounds * Math.log(2)) / 2) + 1e-9);
      }),
      { numRuns: 20 },
    );
  });
});

test('a loss is in [0, 1], rises with tokens, and a match is worth what its preset says', () => {
  assert.equal(lossOf({ matched: true, tokens: 0 }, 'saver'), 0);
  assert.equal(lossOf({ matched: false, tokens: 900 }, 'saver'), 1);
  for (const [preset, tokens] of [
    ['saver', 25],
    ['balanced', 30],
  ] as const) {
    const worth = preset === 'saver' ? 50 : 100;
    const match = lossOf({ matched: false, tokens: 0 }, preset);
    const cost = lossOf({ matched: true, tokens }, preset);
    assert.ok(Math.abs(cost / match - tokens / worth) < 1e-9);
  }
});

describe('adaptation', () => {
  test('advises nothing before the first label, nor beside the own thresholds of a user', () => {
    assert.equal(LEARNER.advise(LEARNER.empty(), QUESTION, null), null);
    const settings = { ...DEFAULT_SETTINGS.stopping, preset: 'custom' as const };
    const state = after(many(9, LOSING));
    assert.equal(LEARNER.advise(state, { ...QUESTION, settings }, null), null);
  });

  test('begins at the preset, within a twentieth', () => {
    assert.ok(Math.abs(boldnessOf(HEDGE.prior) - 0.95) < 0.01);
    assert.ok(Math.abs(boldness(after([span()])) - 0.95) < 0.02);
  });

  test('falling matches lengthen answers, and recovering ones shorten them again', () => {
    const fell = after(many(40, LOSING));
    assert.ok(boldness(fell) < 0.4, String(boldness(fell)));
    const recovered = after(many(400, HOPELESS), fell);
    assert.ok(boldness(recovered) > 0.85, String(boldness(recovered)));
    const stopsAt = (state: HedgeState) =>
      decider({
        weightsFor: () => WEIGHTS,
        advisers: [{ role: 'adaptation', advise: (q, draw) => LEARNER.advise(state, q, draw) }],
      })(QUESTION).point ?? assert.fail();
    assert.ok(stopsAt(fell).tauAlive < stopsAt(recovered).tauAlive);
    assert.ok(stopsAt(fell).tauDone > stopsAt(recovered).tauDone);
  });

  test('never leaves the certified set', () => {
    const label = fc.constantFrom(LOSING, HOPELESS, span(), span(traceOf([0, -2.58, -9])));
    fc.assert(
      fc.property(fc.array(label, { minLength: 1, maxLength: 60 }), (evidence) => {
        const at = boldness(after(evidence));
        assert.ok(at >= 0 && at <= 1);
      }),
      { numRuns: 30 },
    );
  });

  test('counts a label after an offer a quarter', () => {
    const anchored = after([stretch(labelled(lostTrace(), { anchored: true }))]);
    const unanchored = after([stretch(labelled(lostTrace()))]);
    assert.ok(boldness(unanchored) < boldness(anchored));
    assert.ok(boldness(anchored) < boldnessOf(HEDGE.prior));
    const counts = ({ models }: HedgeState) => models[MODEL.digest]?.unanchored;
    assert.deepEqual([counts(anchored), counts(unanchored)], [0, 1]);
  });

  test('takes from a trace that was stopped early only what it says of bolder points', () => {
    const cut = { ...lostTrace(), complete: false, matched: false };
    const trace = { ...cut, rows: cut.rows.slice(0, 2) };
    const known = replays(trace, WEIGHTS, 'balanced').map((one) => one !== null);
    assert.deepEqual(known, [false, true, true, true, true, true], 'the patient one is unknown');
    const patient = (state: HedgeState) => state.models[MODEL.digest]?.presets.balanced[0] ?? 0;
    const before = HEDGE.prior[0] ?? 0;
    assert.ok(Math.abs(patient(after([span(trace)])) - before) < 1e-9);
    const nothing = span({ ...cut, rows: cut.rows.slice(0, 1) });
    const empty = LEARNER.empty();
    assert.equal(LEARNER.observe(empty, nothing), empty);
  });

  test('sees no label before it advises: the same past, the same advice', () => {
    const label = fc.constantFrom(LOSING, HOPELESS, span());
    fc.assert(
      fc.property(fc.array(label), fc.array(label), label, (past, future, next) => {
        const state = after([next, ...past]);
        const advised = JSON.stringify(LEARNER.advise(state, QUESTION, null));
        after(future, state);
        assert.equal(JSON.stringify(LEARNER.advise(state, QUESTION, null)), advised);
      }),
      { numRuns: 30 },
    );
  });

  test('knows a span by the name of its model, too', () => {
    const byName = hedgeLearner(({ name }) => (name === MODEL.name ? WEIGHTS : null));
    const unnamed = byName.observe(byName.empty(), LOSING);
    const named = byName.observe(byName.empty(), { ...LOSING, model: MODEL.name } as Evidence);
    assert.deepEqual(
      [Object.keys(unnamed.models).length, named.models[MODEL.digest]?.labels],
      [0, 1],
    );
  });

  test('begins anew with other weights, and reads back what it stored', () => {
    const state = after(many(9, LOSING));
    const refitted = hedgeLearner(() => ({ ...WEIGHTS, hash: 'another' }));
    assert.equal(refitted.advise(state, QUESTION, null), null);
    assert.deepEqual(LEARNER.read(JSON.parse(JSON.stringify(state))), state);
    const model = state.models[MODEL.digest] ?? assert.fail();
    const broken = { ...model, presets: { ...model.presets, saver: BOLDNESSES.map(() => 1) } };
    for (const other of [null, {}, { models: { a: broken } }])
      assert.equal(LEARNER.read(other), null);
  });
});
