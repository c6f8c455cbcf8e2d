import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { decider } from '../../../../server/learning/decide.ts';
import type { FeatureTrace } from '../../../../server/learning/fit/feature-trace.ts';
import type { LabelledTrace, StretchEvidence } from '../../../../server/learning/learner.ts';
import { chosenFor, expectedAlong } from '../../../../server/learning/profile/curve.ts';
import { profileLearner } from '../../../../server/learning/profile/profile.ts';
import { profileOf } from '../../../../server/learning/profile/report.ts';
import { personalsOf } from '../../../../server/learning/profile/personal.ts';
import { EMPTY, type ProfileState } from '../../../../server/learning/profile/state.ts';
import { personalBoldness, personalPoint } from '../../../../server/learning/profile/thresholds.ts';
import type { RequestQuestion } from '../../../../server/learning/question.ts';
import type { RequestRecord } from '../../../../server/outcomes/records.ts';
import {
  aggressivenessAt,
  atBoldness,
  pointAt,
} from '../../../../server/stopping/policy/aggressiveness.ts';
import { wayUnder, type LearnedWeights } from '../../../../server/stopping/policy/choose-rule.ts';
import { weightsFor } from '../../../../server/stopping/policy/weights.ts';
import type { Refit } from '../../../../shared/learned.ts';
import { DEFAULT_SETTINGS, PRESETS } from '../../../../shared/settings.ts';
import { profilePage } from '../../../../shared/profile-page.ts';
import { request, settledEpisode } from '../../../storage/rows.ts';
import { certificate, certificates } from '../../../support/certificates.ts';

const MODEL = { name: 'qwen2.5-coder:0.5b', digest: '' };
const WEIGHTS = weightsFor(MODEL) ?? assert.fail('no weights ship for the model');
const LEARNER = profileLearner(weightsFor);
const PLACE = { kind: 'line-end', languageId: 'typescript', workspace: 'w' } as const;
const RECORD: RequestRecord = request('r', 'e', {
  ...PLACE,
  ...{ model: MODEL.name, modelDigest: '', first: true },
});
const QUESTION: RequestQuestion = {
  ...{ kind: 'request', trigger: 'automatic', settings: DEFAULT_SETTINGS.stopping },
  ...{ model: MODEL, logprobs: true, place: PLACE },
  costs: { msPerToken: 40, msPerTokenWithAlternatives: null },
};

const clicked = (...said: ('too-short' | 'too-long' | 'good')[]): ProfileState =>
  said.reduce<ProfileState>(
    (state, one) => LEARNER.observe(state, { kind: 'feedback', said: one, request: RECORD }),
    EMPTY,
  );
const boldnessAfter = (state: ProfileState, question = QUESTION): number => {
  const advice = LEARNER.advise(state, question, null);
  return advice?.kind === 'request' ? (advice.boldness ?? 1) : 1;
};

/** Tokens that all look alike, of a trace that came to match or not. */
function trace(matched: boolean, more: Partial<FeatureTrace> = {}): FeatureTrace {
  const features = WEIGHTS.policy.features.map(() => 0);
  const rows = [0, 1, 2].map((t) => ({ features, done: matched && t === 2 }));
  return {
    ...{ problem: 'p', lang: 'typescript', kind: 'line-end', complete: true, rows, matched },
    ...{ tokens: 3, reachable: matched, baselines: {} },
    ...more,
  };
}

function stretch(labelled: Partial<LabelledTrace>): StretchEvidence {
  const label = { ...settledEpisode('e'), servedText: null, keptText: null };
  const all = {
    ...{ anchored: true, premature: false, overrun: false, matchOffset: null, served: null },
    drawn: { how: 'control', probability: 0.1 } as const,
  };
  return {
    ...{ kind: 'stretch', simulated: false, requests: [RECORD], tails: [], label },
    trace: { ...trace(labelled.matched ?? false), ...all, ...labelled },
  };
}

describe('clicks', () => {
  test('Too Short makes the point more cautious in its place, and a little everywhere', () => {
    const state = clicked('too-short');
    const here = boldnessAfter(state);
    const elsewhere = boldnessAfter(state, {
      ...QUESTION,
      place: { kind: 'arguments', languageId: 'go', workspace: null },
    });
    assert.ok(here < elsewhere && elsewhere < 1, `${here} ${elsewhere}`);
  });

  test('each further one moves it further, Too Long takes one back, and Good holds it', () => {
    const one = boldnessAfter(clicked('too-short'));
    assert.ok(boldnessAfter(clicked('too-short', 'too-short')) < one);
    assert.equal(boldnessAfter(clicked('too-short', 'too-long')), 1);
    const held = boldnessAfter(clicked('good', 'good', 'too-short'));
    assert.ok(one < held && held < 1, `${one} ${held}`);
  });

  test('one moves the log-odds of the thresholds by 0.32 everywhere, 0.43 in its context, 0.49 in its place', () => {
    const personals = personalsOf(clicked('too-short'), WEIGHTS.hash);
    const { workspace, kind, languageId: language } = PLACE;
    const tastes = [
      personals.pooled.taste,
      personals.inContext(language, kind).taste,
      personals.at({ weights: WEIGHTS.hash, workspace, language, kind }).taste,
    ];
    assert.deepEqual(
      tastes.map((taste) => taste.toFixed(2)),
      ['0.32', '0.43', '0.49'],
    );
  });

  test('they count for another model, too, and for one that only the simple rule stops', () => {
    const state = clicked('too-short');
    for (const name of ['qwen2.5-coder:1.5b', 'starcoder2:3b']) {
      assert.ok(boldnessAfter(state, { ...QUESTION, model: { name, digest: '' } }) < 1, name);
    }
  });

  test('under the preset custom nothing is advised', () => {
    const settings = { ...QUESTION.settings, preset: 'custom' } as const;
    assert.equal(LEARNER.advise(clicked('too-short'), { ...QUESTION, settings }, null), null);
  });

  test('whatever was said and learned, no preset becomes bolder, and its certificate stays', () => {
    const said = fc.array(fc.constantFrom('too-short', 'too-long', 'good'), { maxLength: 8 });
    const labels = fc.array(fc.boolean(), { maxLength: 8 });
    fc.assert(
      fc.property(said, labels, fc.constantFrom(...PRESETS), (clicks, matched, preset) => {
        if (preset === 'custom') return;
        const state = matched.reduce<ProfileState>(
          (before, match) => LEARNER.observe(before, stretch({ matched: match, anchored: false })),
          clicked(...(clicks as 'good'[])),
        );
        const settings = { ...QUESTION.settings, preset };
        const boldness = boldnessAfter(state, { ...QUESTION, settings });
        assert.ok(boldness >= 0 && boldness <= 1);
        const way = wayUnder(preset, WEIGHTS);
        const { tauAlive, tauDone } = pointAt(
          way.path,
          atBoldness(aggressivenessAt(way.path, way.own), boldness),
        );
        assert.ok(tauAlive <= way.own.tauAlive && tauDone >= way.own.tauDone);
      }),
    );
  });

  test('decide answers with the point, and says who spoke', () => {
    const state = clicked('too-short', 'too-short');
    const advise = (question: Parameters<typeof LEARNER.advise>[1]) =>
      LEARNER.advise(state, question, null);
    const decide = decider({ weightsFor, advisers: [{ role: 'profile', advise }] });
    const { point, why } = decide(QUESTION);
    assert.ok(point && point.tauAlive < WEIGHTS.thresholds.balanced.tauAlive);
    assert.match(
      why.join('\n'),
      /^profile: typescript, line-end: at boldness 0\.\d\d of balanced$/m,
    );
  });
});

describe('labels', () => {
  test('of texts that were given up and yet came true make it more cautious', () => {
    let state = EMPTY;
    for (let i = 0; i < 60; i += 1) state = LEARNER.observe(state, stretch({ matched: true }));
    const weak = { alive: { intercept: 1, slope: 1 }, done: { intercept: 0, slope: 1 }, taste: 0 };
    const way = wayUnder('balanced', WEIGHTS);
    assert.ok(personalPoint(way.own, weak).tauAlive < way.own.tauAlive);
    assert.ok(personalBoldness(way, weak) < 1);
    assert.ok(boldnessAfter(state) < 1);
  });

  test('an anchored one counts half, and one that no draw chose, or that was cut, not at all', () => {
    const weightIn = (state: ProfileState) =>
      state.cells[0]?.alive.all.reduce((sum, weight) => sum + weight, 0).toFixed(3);
    const full = LEARNER.observe(EMPTY, stretch({ anchored: false }));
    const half = LEARNER.observe(EMPTY, stretch({ anchored: true }));
    assert.deepEqual([weightIn(full), weightIn(half)], ['1.000', '0.500']);
    for (const how of ['served', 'shadow'] as const) {
      const undrawn = stretch({ drawn: { how, probability: 0.9 } });
      assert.equal(LEARNER.observe(EMPTY, undrawn), EMPTY, how);
    }
    const cut = stretch({ complete: false, decided: false });
    assert.equal(LEARNER.observe(EMPTY, cut), EMPTY);
    const noTrace = { ...stretch({}), trace: null };
    assert.equal(LEARNER.observe(EMPTY, noTrace), EMPTY);
  });

  test('a span of the workspace counts in full, under the weights of its model', () => {
    const digest = 'sha256:1d9614638d18024d0fbb36575a15f1302a3adf044df10345688ec4f6e1c4ff32';
    const span = { kind: 'span', trace: trace(true), modelDigest: digest } as const;
    const [cell] = LEARNER.observe(EMPTY, span).cells;
    assert.deepEqual([cell?.weights, cell?.unanchored, cell?.gain.n], [WEIGHTS.hash, 1, 1]);
    const unknown = { ...span, modelDigest: 'sha256:0' };
    assert.equal(LEARNER.observe(EMPTY, unknown), EMPTY);
  });

  test('the state survives being written and read, and what is none is refused', () => {
    const state = LEARNER.observe(clicked('good'), stretch({ matched: true, anchored: false }));
    assert.deepEqual(LEARNER.read(JSON.parse(JSON.stringify(state))), state);
    for (const wrong of [null, {}, { cells: 1, curves: {} }, { ...state, cells: [{}] }]) {
      assert.equal(LEARNER.read(wrong), null);
    }
  });
});

describe('floor and target', () => {
  const expected = expectedAlong(undefined, WEIGHTS.heldOut);
  assert.ok(expected);
  const asked = (targets: { floorEM?: number; targetTokens?: number }) =>
    boldnessAfter(EMPTY, {
      ...QUESTION,
      targets: { floorEM: 0, targetTokens: 0, ...targets },
    });

  test('the cheapest point above the floor, and the one with most matches within the tokens', () => {
    const floor = chosenFor(expected, { floorEM: 0.22, targetTokens: 0 });
    assert.ok(floor && floor.met && floor.em >= 0.22);
    assert.ok(expected.every(({ em, tokens }) => em < 0.22 || tokens >= floor.tokens));
    const target = chosenFor(expected, { floorEM: 0, targetTokens: 4 });
    assert.ok(target && target.met && target.tokens <= 4);
    assert.ok(expected.every(({ em, tokens }) => tokens > 4 || em <= target.em));
  });

  test('what cannot be met is come closest to, and said', () => {
    const most = Math.max(...expected.map(({ em }) => em));
    const floor = chosenFor(expected, { floorEM: 0.9, targetTokens: 0 });
    assert.deepEqual([floor?.met, floor?.em], [false, most]);
    const target = chosenFor(expected, { floorEM: 0, targetTokens: 0.5 });
    assert.deepEqual([target?.met, target?.aggressiveness], [false, 1]);
    const both = chosenFor(expected, { floorEM: 0.24, targetTokens: 3 });
    assert.ok(both && !both.met && both.em >= 0.24);
  });

  test('few tokens lead beyond the certified point, many to before it', () => {
    assert.ok(asked({ targetTokens: 3 }) > 1);
    assert.ok(asked({ targetTokens: 6.9 }) < 1);
    assert.equal(asked({}), 1);
  });

  test('the user’s own replays move what is expected', () => {
    let state = EMPTY;
    for (let i = 0; i < 100; i += 1) {
      state = LEARNER.observe(state, stretch({ matched: true, anchored: false }));
    }
    const own = expectedAlong(state.curves[WEIGHTS.hash], WEIGHTS.heldOut);
    assert.ok((own?.[0]?.em ?? 0) > (expected[0]?.em ?? 0) + 0.3);
    assert.equal(expectedAlong(undefined, undefined), null);
  });
});

describe('the page', () => {
  const reader = { settings: DEFAULT_SETTINGS, digest: '', workspace: 'w', refit: null };

  test('says what was learned, from how many labels, and its held-out gain', () => {
    let state = clicked('too-short');
    for (let i = 0; i < 25; i += 1) {
      state = LEARNER.observe(state, stretch({ matched: i % 3 === 0, anchored: false }));
    }
    const page = profilePage(profileOf(state, reader, weightsFor));
    assert.match(page, /Learned in 1 workspace from 25 labels without an offer, 1 "Too Short"/);
    assert.match(page, /- typescript, line end: .*boldness 0\.\d\d/);
    assert.match(
      page,
      /^ {2}Gain of its own .* matches in 100 requests and .* tokens a request \(n = 25,/m,
    );
    assert.match(page, /^Gain of each place's own .* matches in 100 requests and .* \(n = 25,/m);
  });

  test('says of a place at the point of all places that it is as everywhere', () => {
    const profile = profileOf(clicked('too-short'), reader, weightsFor);
    const point = { boldness: 0.9, tauDone: 0.91, tauAlive: 0.05 };
    const at = (own: number) =>
      profilePage({
        ...profile,
        everywhere: point,
        contexts: profile.contexts.map((each) => ({ ...each, ...point, boldness: own })),
      });
    assert.match(at(0.9), /- typescript, line end: as everywhere; from/);
    assert.match(at(0.8), /- typescript, line end: early from .*boldness 0\.80/);
  });

  test('says what is certified of the preset, once the model’s digest is known', () => {
    const strata = [{ by: 'language', name: 'go', alpha: 0.1, n: 49, k: 0 }] as const;
    const certified = certificates({ balanced: { ...certificate, strata } });
    const told = (digest: string, weights: LearnedWeights) =>
      profilePage(profileOf(EMPTY, { ...reader, digest }, () => weights));
    assert.match(
      told('sha256:1', { ...WEIGHTS, certified }),
      /^The preset balanced is certified: at most 5 % .*; for go by itself: at most 10 % \(0 of 49\)\.$/m,
    );
    assert.match(told('sha256:1', WEIGHTS), /^The preset balanced is not certified\.$/m);
    assert.doesNotMatch(told('', WEIGHTS), /certified\.$/m);
  });

  test('tells of each preset what it costs and keeps, the most patient first', () => {
    const { presets } = profileOf(EMPTY, reader, weightsFor);
    assert.deepEqual(
      presets.map(({ preset }) => preset),
      ['faithful', 'balanced', 'saver'],
    );
    const tokens = presets.map((reading) => reading.tokens);
    assert.deepEqual(
      tokens,
      tokens.toSorted((a, b) => b - a),
    );
    assert.ok(presets.every(({ matches }) => matches > 0 && matches < 1));
    assert.deepEqual(profileOf(EMPTY, reader, () => null).presets, []);
  });

  test('says in one line what the last refit on own traces came to', () => {
    const reading = { tokens: 4.5, matches: 31 };
    const line = (refit: Partial<Refit>) => {
      const at = Date.UTC(2026, 4, 3);
      const last = { at, ended: 'kept', why: 'w', traces: 320, heldOut: null, ...refit } as const;
      const page = profilePage(profileOf(EMPTY, { ...reader, refit: last }, weightsFor));
      return page.split('\n').find((one) => one.startsWith('Refit'));
    };
    assert.equal(
      line({ ended: 'waiting', why: '120 of 300 traces are there' }),
      'Refit on your own traces: waits, 120 of 300 traces are there.',
    );
    assert.equal(
      line({ heldOut: { n: 160, before: reading, after: null } }),
      'Refit on your own traces, 2026-05-03: nothing replaced, from 320 traces: w (held out, n = 160: balanced had 4.50 tokens a request and 31 matches).',
    );
    assert.match(
      line({ ended: 'replaced', heldOut: { n: 160, before: reading, after: reading } }) ?? '',
      /weights of your own are in force, .* and 31 matches, now 4\.50 tokens/,
    );
    assert.match(line({ ended: 'reset' }) ?? '', /reset on 2026-05-03; what ships is in force/);
  });

  test('says that nothing was learned, that custom stands, and what a target leads to', () => {
    const { stopping } = DEFAULT_SETTINGS;
    assert.match(profilePage(profileOf(EMPTY, reader, weightsFor)), /Nothing was learned yet/);
    const custom = { ...DEFAULT_SETTINGS, stopping: { ...stopping, preset: 'custom' } } as const;
    assert.match(
      profilePage(profileOf(EMPTY, { ...reader, settings: custom }, weightsFor)),
      /Under the preset custom the thresholds of the settings hold/,
    );
    const settings = { ...DEFAULT_SETTINGS, profile: { floorEM: 0, targetTokens: 3 } };
    assert.match(
      profilePage(profileOf(EMPTY, { ...reader, settings }, weightsFor)),
      /ask for at most 3 tokens a request: .*not certified/,
    );
  });
});
