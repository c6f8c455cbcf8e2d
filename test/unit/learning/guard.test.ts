import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { bettingPValue } from '../../../server/learning/certify/certify.ts';
import { decider } from '../../../server/learning/decide.ts';
import { alarmLevel, nextLevel, recoveryPValue } from '../../../server/learning/guard/detector.ts';
import { guardLearner, type GuardState } from '../../../server/learning/guard/guard.ts';
import {
  isAlarming,
  NO_SYMPTOM,
  USUAL_LABELS,
  usualShare,
  watchSymptom,
} from '../../../server/learning/guard/symptom.ts';
import type { Evidence, LabelledTrace } from '../../../server/learning/learner.ts';
import { seededRandom } from '../../../server/learning/random.ts';
import { DEFAULT_SETTINGS } from '../../../shared/settings.ts';
import { request, settledEpisode } from '../../storage/rows.ts';
import {
  keptTrace,
  labelled,
  lostTrace,
  MODEL,
  QUESTION,
  span,
  traceOf,
} from '../../support/feature-traces.ts';
import { madeUpWeights } from '../../support/weights.ts';

const WEIGHTS = madeUpWeights();
const GUARD = guardLearner(() => WEIGHTS);
const GOOD = span();
const BAD = span(lostTrace());
const stretch = (trace: LabelledTrace, arm = 'deployed'): Evidence => ({
  kind: 'stretch',
  simulated: false,
  trace,
  requests: [
    request('r1', 'e1', {
      ...{ model: MODEL.name, modelDigest: MODEL.digest },
      ...{ preset: 'balanced', arm, offered: true },
    }),
  ],
  tails: [],
  label: { ...settledEpisode('e1'), servedText: null, keptText: null },
});
const after = (evidence: readonly Evidence[], from = GUARD.empty()): GuardState =>
  evidence.reduce<GuardState>((state, one) => GUARD.observe(state, one), from);
const many = (count: number, one: Evidence) => new Array<Evidence>(count).fill(one);
const deciding = (state: GuardState) =>
  decider({
    weightsFor: () => WEIGHTS,
    advisers: [
      { role: 'guard', advise: (question, draw) => GUARD.advise(state, question, draw) },
      {
        role: 'profile',
        advise: () => ({ kind: 'request', point: { tauDone: 0.5, tauAlive: 0.9 }, says: 'bold' }),
      },
    ],
  });

describe('the detector', () => {
  // From an implementation of the formula that shares no code with this one.
  test('agrees with a reference', () => {
    const random = seededRandom(7);
    let level = 1;
    let reference = 1;
    for (let i = 0; i < 500; i += 1) {
      const loss = Number(random() < 0.02);
      level = nextLevel(level, loss, 0.01);
      const carried = reference > 1 ? reference : 1;
      reference = carried + carried * 2 * loss - carried * 2 * 0.01;
      assert.ok(Math.abs(level - reference) < 1e-9 * reference);
    }
  });

  test('does not have good labels paid back', () => {
    const losses = [0, 0, 1, 0, 1];
    const from = (start: number) => losses.reduce((m, loss) => nextLevel(m, loss, 0.01), start);
    let level = 1;
    for (let i = 0; i < 1000; i += 1) level = nextLevel(level, 0, 0.01);
    assert.equal(from(level), from(1));
  });

  test('recovers by the bets of the certificates', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(0, 1), { maxLength: 60 }), (losses) => {
        const lost = losses.filter((loss) => loss === 1).length;
        const p = recoveryPValue(losses.length, lost, 0.05);
        assert.ok(Math.abs(p - bettingPValue(losses, 0.05, 0.5)) < 1e-9);
      }),
    );
  });

  test('waits longer for an alarm where losses are more frequent', () => {
    assert.deepEqual([0.01, 0.02, 0.05, 0.1].map(alarmLevel), [100, 200, 400, 400]);
  });
});

describe('the symptom', () => {
  test('alarms at a rise above its usual share, and not at the share itself', () => {
    const random = seededRandom(3);
    const watch = (from: typeof NO_SYMPTOM, count: number, share: number) => {
      let symptom = from;
      for (let i = 0; i < count; i += 1) symptom = watchSymptom(symptom, random() < share);
      return symptom;
    };
    const usual = watch(NO_SYMPTOM, USUAL_LABELS, 0.2);
    assert.ok(usualShare(usual) > 0.2 && usualShare(usual) < 0.35, 'its upper limit');
    assert.equal(isAlarming(watch(usual, 600, 0.2)), false);
    assert.equal(isAlarming(watch(usual, 150, 0.6)), true);
  });
});

describe('the guard', () => {
  test('that has seen nothing advises nothing', () => {
    assert.equal(GUARD.advise(GUARD.empty(), QUESTION, null), null);
    assert.equal(GUARD.advise(after(many(50, GOOD)), QUESTION, null), null);
  });

  test('falls back to giving nothing up, before anybody else is heard, and says so', () => {
    const state = after(many(6, BAD));
    const decided = deciding(state)(QUESTION);
    assert.deepEqual([decided.rule.id, decided.arm], ['learned-lite', 'fallback']);
    assert.deepEqual([decided.point?.tauAlive, decided.point?.tauDone], [0, 1]);
    assert.match(decided.why[1] ?? '', /guard: it loses more than the 2 % of matches/);
    assert.equal(decided.why.length, 3, 'the profile is not heard');
    assert.match(GUARD.announce?.(GUARD.empty(), state) ?? '', /not given up any more/);
  });

  test('leaves alone what the user fixed', () => {
    const settings = { ...DEFAULT_SETTINGS.stopping, preset: 'custom' as const };
    assert.equal(GUARD.advise(after(many(9, BAD)), { ...QUESTION, settings }, null), null);
  });

  test('watches each preset at its own point and promise', () => {
    // At the second token it is complete with 0.75: saver serves it, balanced and faithful go on.
    const state = after(many(12, span(traceOf([0, -2.58, -2.58]))));
    const { presets } = state.models[MODEL.digest] ?? assert.fail();
    assert.equal(presets.saver.fallen?.by, 'labels');
    assert.deepEqual([presets.balanced.fallen, presets.faithful.fallen], [null, null]);
    assert.deepEqual(
      [presets.faithful.alpha, presets.balanced.alpha, presets.saver.alpha],
      [0.01, 0.02, 0.05],
    );
  });

  test('finds the way back on good labels alone, and says so', () => {
    const alarmed = after(many(9, BAD));
    const nearly = after(many(300, GOOD), alarmed);
    assert.ok(GUARD.advise(nearly, QUESTION, null), 'too few');
    const back = after(many(400, GOOD), nearly);
    assert.equal(GUARD.advise(back, QUESTION, null), null);
    assert.match(GUARD.announce?.(nearly, back) ?? '', /on again/);
    const { presets } = back.models[MODEL.digest] ?? assert.fail();
    assert.equal(presets.balanced.alarms, 1);
  });

  test('begins anew with other weights', () => {
    const state = after(many(9, BAD));
    const refitted = guardLearner(() => ({ ...WEIGHTS, hash: 'another' }));
    assert.equal(refitted.advise(state, QUESTION, null), null);
  });

  test('takes no loss from a label after an offer, from a cut trace or where the reference fails', () => {
    for (const evidence of [
      stretch(labelled(lostTrace(), { anchored: true })),
      span({ ...lostTrace(), complete: false }),
      span({ ...lostTrace(), matched: false }),
    ]) {
      const state = after(many(20, evidence));
      assert.equal(state.models[MODEL.digest]?.presets.balanced.losses ?? 0, 0);
      assert.equal(GUARD.advise(state, QUESTION, null), null);
    }
    const withheld = after(many(9, stretch(labelled(lostTrace()))));
    assert.ok(GUARD.advise(withheld, QUESTION, null), 'a withheld stretch is a label');
  });

  test('watches the symptom of its own offers only, by preset', () => {
    const typed = (premature: boolean, arm?: string) =>
      stretch(labelled(keptTrace(), { anchored: true, premature }), arm);
    const usual = after(many(USUAL_LABELS, typed(false)));
    const rises = after(many(40, typed(true)), usual);
    const { presets } = rises.models[MODEL.digest] ?? assert.fail();
    assert.equal(presets.balanced.fallen?.by, 'symptom');
    assert.equal(presets.saver.fallen, null);
    assert.equal(after(many(40, typed(true, 'bold')), usual), usual);
  });

  test('reads back what it stored, and nothing else', () => {
    const state = after(many(9, BAD));
    assert.deepEqual(GUARD.read(JSON.parse(JSON.stringify(state))), state);
    for (const other of [null, 1, { models: 1 }, { models: { a: {} } }])
      assert.equal(GUARD.read(other), null);
    for (const evidence of many(3, { kind: 'feedback', said: 'good', request: request('r', 'e') }))
      assert.equal(GUARD.observe(state, evidence), state);
  });
});
