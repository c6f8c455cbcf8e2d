import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { armLabel, armOf, BLOCK_MS } from '../../../server/learning/experiment/assign.ts';
import {
  completeArms,
  overlaid,
  type Definition,
} from '../../../server/learning/experiment/definition.ts';
import {
  begun,
  experimentLearner,
  type ExperimentState,
  type Trial,
} from '../../../server/learning/experiment/experiment.ts';
import { replayed } from '../../../server/learning/experiment/replay.ts';
import { viewOf } from '../../../server/learning/experiment/view.ts';
import { decider, type Adviser } from '../../../server/learning/decide.ts';
import type { LabelledTrace, StretchEvidence } from '../../../server/learning/learner.ts';
import type { RequestQuestion, StretchQuestion } from '../../../server/learning/question.ts';
import { seededRandom } from '../../../server/learning/random.ts';
import { FEATURE_NAMES } from '../../../server/stopping/reading/features.ts';
import { DEFAULT_SETTINGS } from '../../../shared/settings.ts';
import { request, settledEpisode } from '../../storage/rows.ts';
import { counter } from '../../support/learners.ts';
import { madeUpWeights } from '../../support/weights.ts';

const DEFINITION: Definition = {
  id: '01234567-89ab',
  seed: 7,
  startedAt: 0,
  a: { 'stopping.maxTokens': 64 },
  b: { 'stopping.maxTokens': 2 },
  endpoint: 'matches',
  bounds: { tokens: 100, latency: 2000 },
};
const POINTS: Definition = {
  ...DEFINITION,
  ...completeArms(
    {
      a: { 'stopping.tauDone': 1, 'stopping.tauAlive': 0.02 },
      b: { 'stopping.tauDone': 1, 'stopping.tauAlive': 0.3 },
    },
    DEFAULT_SETTINGS,
  ),
};
const DEBOUNCE: Definition = { ...DEFINITION, a: { debounce: 0 }, b: { debounce: 300 } };
const learner = experimentLearner(() => null);

function stretch(
  definition: Definition,
  arm: 'a' | 'b',
  more: { readonly match?: boolean; readonly tokens?: number; readonly at?: number } = {},
): StretchEvidence {
  const { match = false, tokens = 5, at = 0 } = more;
  const label = settledEpisode('e1', { exactMatch: match, outcome: 'rejected', accepts: 0 });
  return {
    kind: 'stretch',
    simulated: false,
    requests: [request('r1', 'e1', { arm: armLabel(definition, arm), tokensAtStop: tokens, at })],
    tails: [],
    label: { ...label, settledAt: at + 1, servedText: null, keptText: null },
    trace: null,
  };
}

function trialAfter(state: ExperimentState, evidence: readonly StretchEvidence[]): Trial {
  const after = evidence.reduce<ExperimentState>(
    (before, one) => learner.observe(before, one),
    state,
  );
  assert.ok(after !== 'none');
  return after;
}

describe('arms', () => {
  test('a stretch keeps its arm, half of them have each, and another experiment draws anew', () => {
    const random = seededRandom(1);
    const draws = Array.from({ length: 4000 }, () => random());
    const arms = draws.map((draw) => armOf(DEFINITION, draw, 0));
    assert.deepEqual(
      draws.map((draw) => armOf(DEFINITION, draw, 99)),
      arms,
    );
    const share = arms.filter((arm) => arm === 'a').length / arms.length;
    assert.ok(Math.abs(share - 0.5) < 0.03, `${share}`);
    const again = draws.map((draw) => armOf({ ...DEFINITION, seed: 8 }, draw, 0));
    const agreeing = arms.filter((arm, i) => arm === again[i]).length / arms.length;
    assert.ok(Math.abs(agreeing - 0.5) < 0.03, `${agreeing}`);
    const halves = [0, 0.5].map(
      (from) =>
        arms.filter((arm, i) => arm === 'a' && Math.floor((draws[i] ?? 0) * 2) / 2 === from).length,
    );
    assert.ok(
      Math.abs((halves[0] ?? 0) / arms.length - 0.25) < 0.02,
      'the arm tells nothing of the draw',
    );
    assert.equal(armOf(DEFINITION, null, 0), null);
  });

  test('what differs before a stretch has begun is drawn by blocks of ten minutes', () => {
    const times = Array.from({ length: 2000 }, (_, i) => i * BLOCK_MS);
    const arms = times.map((at) => armOf(DEBOUNCE, null, at));
    assert.deepEqual(
      times.map((at) => armOf(DEBOUNCE, 0.3, at + BLOCK_MS - 1)),
      arms,
    );
    const share = arms.filter((arm) => arm === 'a').length / arms.length;
    assert.ok(Math.abs(share - 0.5) < 0.04, `${share}`);
  });

  test('name the same settings, those left out as they are today', () => {
    assert.deepEqual(completeArms({ a: {}, b: { 'stopping.maxTokens': 64 } }, DEFAULT_SETTINGS), {
      a: { 'stopping.maxTokens': 128 },
      b: { 'stopping.maxTokens': 64 },
    });
    assert.deepEqual(completeArms({ a: {}, b: { 'context.otherFiles': 'on' } }, DEFAULT_SETTINGS), {
      a: { 'context.otherFiles': 'auto' },
      b: { 'context.otherFiles': 'on' },
    });
    const { a } = completeArms({ a: {}, b: { 'stopping.tauAlive': 0.3 } }, DEFAULT_SETTINGS);
    const { tauAlive, tauDone, showBar } = DEFAULT_SETTINGS.stopping;
    assert.deepEqual(overlaid(DEFAULT_SETTINGS, a).stopping, {
      ...DEFAULT_SETTINGS.stopping,
      ...{ preset: 'custom', tauAlive, tauDone, showBar },
    });
  });

  const refused: readonly (readonly [string, unknown, unknown, RegExp])[] = [
    ['nothing', {}, {}, /Name a setting/],
    ['the same', { debounce: 75 }, {}, /same settings/],
    ['an unknown setting', {}, { 'storage.storeCode': 'true' }, /storage\.storeCode.*may be model/],
    ['a wrong value', {}, { 'stopping.maxTokens': 0 }, /maxTokens/],
    ['no settings at all', {}, 'model', /model/],
    [
      'a preset and thresholds',
      { 'stopping.preset': 'saver' },
      { 'stopping.tauDone': 0.5 },
      /not both/,
    ],
  ];
  for (const [name, a, b, message] of refused) {
    test(`are refused with what to do: ${name}`, () => {
      assert.throws(() => completeArms({ a, b }, DEFAULT_SETTINGS), message);
    });
  }
});

describe('decisions', () => {
  const question: StretchQuestion = { kind: 'stretch', settings: DEFAULT_SETTINGS, at: 0 };
  const deciding = (state: ExperimentState, more: Parameters<typeof decider>[0]['advisers'] = []) =>
    decider({
      weightsFor: () => madeUpWeights(),
      advisers: [
        { role: 'experiment', advise: (asked, draw) => learner.advise(state, asked, draw) },
        ...more,
      ],
    });
  const requested = (more: Partial<RequestQuestion> = {}): RequestQuestion => ({
    ...{ kind: 'request', trigger: 'automatic', settings: DEFAULT_SETTINGS.stopping },
    ...{ model: { name: 'some-model:1b', digest: '' }, logprobs: true, place: null },
    costs: { msPerToken: 40, msPerTokenWithAlternatives: null },
    ...more,
  });

  test('without an experiment the settings are the very same ones', () => {
    const decided = deciding('none')(question, 0.3);
    assert.equal(decided.settings, DEFAULT_SETTINGS);
    assert.equal(decided.arm, null);
  });

  test('a stretch has the settings of its arm, until there is a verdict', () => {
    const trial = begun(DEFINITION);
    const draws = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8];
    for (const draw of draws) {
      const arm = armOf(DEFINITION, draw, 0) ?? 'a';
      const { settings, arm: given } = deciding(trial)(question, draw);
      assert.equal(settings.stopping.maxTokens, DEFINITION[arm]['stopping.maxTokens']);
      assert.deepEqual(given, { name: `01234567:${arm}`, propensity: 0.5, fixesPoint: false });
    }
    const stopped = learner.observe(trial, { kind: 'experiment', act: 'stop', at: 5 });
    assert.equal(deciding(stopped)(question, 0.3).arm, null);
  });

  test('under an arm that says where requests stop, nobody else moves the point but the guard', () => {
    const assigned = { name: 'x:a', propensity: 0.5, fixesPoint: true };
    const bold = counter('adaptation', () => ({ kind: 'request', says: 'bolder', boldness: 2 }));
    const veto = counter('guard', () => ({ kind: 'request', says: 'no', veto: true }));
    const adviser = (counting: ReturnType<typeof counter>): Adviser => ({
      role: counting.role,
      advise: (asked, draw) => counting.advise({ stretches: 0 }, asked, draw),
    });
    const preset = deciding('none')(requested());
    const given = deciding('none', [adviser(bold)])(requested({ assigned }));
    assert.deepEqual(given.point, preset.point);
    assert.deepEqual([given.arm, given.propensity], ['x:a', 0.5]);
    const open = deciding('none', [adviser(bold)])(
      requested({ assigned: { ...assigned, fixesPoint: false } }),
    );
    assert.notDeepEqual(open.point, preset.point);
    assert.equal(open.arm, 'x:a');
    const refused = deciding('none', [adviser(veto)])(requested({ assigned }));
    assert.deepEqual([refused.arm, refused.propensity], ['x:a', 0.5], 'counted as it was drawn');
    assert.equal(refused.weights, null);
    assert.equal(deciding('none', [adviser(veto)])(requested()).arm, 'fallback');
    const custom = { ...DEFAULT_SETTINGS.stopping, preset: 'custom' as const };
    assert.equal(deciding('none')(requested({ assigned, settings: custom })).arm, 'x:a');
  });
});

describe('the learner', () => {
  test('counts the stretches of its arms, and nothing else', () => {
    const trial = begun(DEFINITION);
    const other = stretch({ ...DEFINITION, id: 'another experiment' }, 'a');
    assert.equal(learner.observe(trial, other), trial);
    assert.equal(learner.observe('none', stretch(DEFINITION, 'a')), 'none');
    const { requests, ...rest } = stretch(DEFINITION, 'a');
    const withheld = requests.map((one) => ({ ...one, withheld: true }));
    assert.equal(learner.observe(trial, { ...rest, requests: withheld }), trial);
    const view = viewOf(
      trialAfter(trial, [
        stretch(DEFINITION, 'a', { match: true, tokens: 4 }),
        stretch(DEFINITION, 'a', { tokens: 8 }),
        stretch(DEFINITION, 'b', { tokens: 1000 }),
      ]),
    );
    assert.deepEqual([view.a.units, view.b.units], [2, 1]);
    assert.equal(view.a.means.matches, 0.5);
    assert.equal(view.a.means.tokens, 6);
    assert.equal(view.b.means.tokens, 100, 'counted up to the bound');
  });

  test('finds a planted difference, and stops counting at its verdict', () => {
    const random = seededRandom(3);
    const stretches = Array.from({ length: 400 }, () => {
      const arm = random() < 0.5 ? 'a' : 'b';
      return stretch(DEFINITION, arm, { match: arm === 'a' && random() < 0.8 });
    });
    const trial = trialAfter(begun(DEFINITION), stretches);
    assert.equal(trial.verdict?.kind, 'better');
    assert.equal(trial.verdict.winner, 'a');
    assert.equal(trial.verdict.endpoint, 'matches');
    assert.ok(trial.units.length < 100, `${trial.units.length}`);
  });

  test('a candidate that saves tokens and loses matches is ended by the guard', () => {
    const definition = { ...DEFINITION, endpoint: 'tokens' as const };
    const random = seededRandom(3);
    const stretches = Array.from({ length: 400 }, () => {
      const arm = random() < 0.5 ? 'a' : 'b';
      return stretch(definition, arm, { match: arm === 'a', tokens: arm === 'a' ? 30 : 2 });
    });
    const trial = trialAfter(begun(definition), stretches);
    assert.deepEqual([trial.verdict?.kind, trial.verdict?.winner], ['harm', 'a']);
    assert.ok(trial.units.length < 100);
  });

  test('a block of time is one observation, once it is over', () => {
    const at = (block: number) => ({ at: block * BLOCK_MS, tokens: 10 * block });
    const trial = trialAfter(begun(DEBOUNCE), [
      stretch(DEBOUNCE, 'a', at(1)),
      stretch(DEBOUNCE, 'a', { ...at(1), tokens: 20 }),
      stretch(DEBOUNCE, 'b', at(2)),
      stretch(DEBOUNCE, 'b', at(3)),
    ]);
    assert.deepEqual(
      trial.units.map(({ arm, measured }) => [arm, measured.tokens]),
      [['a', 15]],
    );
    assert.deepEqual(
      trial.open.map(({ block }) => block),
      [2, 3],
    );
  });

  test('its state survives being stored, and what is no state is refused', () => {
    const trial = trialAfter(begun(DEFINITION), [stretch(DEFINITION, 'a', { match: true })]);
    assert.deepEqual(learner.read(JSON.parse(JSON.stringify(trial))), trial);
    assert.equal(learner.read('none'), 'none');
    assert.equal(learner.read({ ...trial, units: 3 }), null);
  });

  test('a second experiment does not begin while one goes on', () => {
    const trial = begun(DEFINITION);
    const act = { start: { ...DEFINITION, id: 'second' } };
    assert.equal(learner.observe(trial, { kind: 'experiment', act, at: 1 }), trial);
    const ended = learner.observe(trial, { kind: 'experiment', act: 'stop', at: 1 });
    const next = learner.observe(ended, { kind: 'experiment', act, at: 2 });
    assert.equal(next !== 'none' && next.definition.id, 'second');
  });
});

describe('replay', () => {
  const names = FEATURE_NAMES.lite;
  const row = (lowest: number, done: boolean) => ({
    features: names.map((name) => (name === 'lowest logprob' ? lowest : 0)),
    done,
  });
  /** Alive with log-odds of 2 - 3.5: between the two thresholds. */
  const trace: LabelledTrace = {
    ...{ problem: 'p', lang: 'typescript', kind: 'line-end', complete: true },
    rows: [row(-3.5, false), row(-3.5, true)],
    ...{ matched: true, tokens: 2, reachable: true, baselines: {} },
    ...{ anchored: true, premature: false, overrun: false, matchOffset: 9, served: null },
    drawn: { how: 'control', probability: 0.1 },
  };

  test('tells which point alone serves a complete trace right', () => {
    assert.deepEqual(replayed(POINTS, trace, madeUpWeights()), { a: 1, b: 0 });
    const swapped = { a: POINTS.b, b: POINTS.a };
    assert.deepEqual(replayed(swapped, trace, madeUpWeights()), { a: 0, b: 1 });
    assert.deepEqual(replayed({ a: POINTS.a, b: POINTS.a }, trace, madeUpWeights()), {
      a: 0,
      b: 0,
    });
  });

  test('tells nothing of cut traces, of unknown models, or where arms change the text', () => {
    const nothing = { a: 0, b: 0 };
    assert.deepEqual(replayed(POINTS, { ...trace, complete: false }, madeUpWeights()), nothing);
    assert.deepEqual(replayed(POINTS, trace, null), nothing);
    assert.deepEqual(replayed(DEFINITION, trace, madeUpWeights()), nothing);
  });

  test('counts where the request was decided by the weights at hand, and was not continued at idle', () => {
    const weights = madeUpWeights();
    const replaying = experimentLearner(() => weights);
    const evidence = stretch(POINTS, 'a');
    const [first] = evidence.requests;
    assert.ok(first);
    const by = (policy: string, how: LabelledTrace['drawn']['how'] = 'control') => {
      const state = replaying.observe(begun(POINTS), {
        ...evidence,
        requests: [{ ...first, policy }],
        trace: { ...trace, drawn: { how, probability: 1 } },
      });
      return state !== 'none' && state.pairs;
    };
    assert.deepEqual(by(`learned-lite ${weights.hash} done 0.9`), { a: 1, b: 0 });
    assert.deepEqual(by('shortstop done 0.9'), { a: 0, b: 0 });
    assert.deepEqual(by(`learned-lite ${weights.hash} done 0.9`, 'shadow'), { a: 0, b: 0 });
  });
});
