import type { AskingWeights } from '../../../server/learning/asking/asking.ts';
import type { StretchNow } from '../../../server/learning/asking/question.ts';
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { decider, type Adviser } from '../../../server/learning/decide.ts';
import { ROLES, type Role } from '../../../server/learning/learner.ts';
import type {
  KeystrokeQuestion,
  Advice,
  RequestQuestion,
} from '../../../server/learning/question.ts';
import { chooseRule } from '../../../server/stopping/policy/choose-rule.ts';
import { pointOf } from '../../../server/stopping/policy/point.ts';
import { weightsFor } from '../../../server/stopping/policy/weights.ts';
import { DEFAULT_SETTINGS, PRESETS } from '../../../shared/settings.ts';
import { certificate, certificates } from '../../support/certificates.ts';
import { madeUpWeights } from '../../support/weights.ts';

const MODELS = ['qwen2.5-coder:0.5b', 'qwen2.5-coder:1.5b', 'starcoder2:3b'];
const LANGUAGES = ['typescript', 'python', 'go', 'rust', 'java', 'plaintext'];
const KINDS = [
  ...(['comment', 'arguments', 'block-start'] as const),
  ...(['empty-line', 'line-end', 'mid-line'] as const),
];
const TRIGGERS = ['automatic', 'invoked', 'complete-here'] as const;
const COSTS = [
  { msPerToken: null, msPerTokenWithAlternatives: null },
  { msPerToken: 40, msPerTokenWithAlternatives: 41 },
];
const WEIGHTS = madeUpWeights();
const QUESTION: RequestQuestion = {
  kind: 'request',
  trigger: 'automatic',
  settings: DEFAULT_SETTINGS.stopping,
  model: { name: 'some-model:1b', digest: '' },
  logprobs: true,
  costs: { msPerToken: 40, msPerTokenWithAlternatives: null },
  place: { kind: 'line-end', languageId: 'typescript', workspace: null },
};

const speaks = (role: Role, advice: Advice): Adviser => ({ role, advise: () => advice });
const deciding = (...advisers: Adviser[]) => decider({ weightsFor: () => WEIGHTS, advisers });
const advice = (says: string, more: Partial<Extract<Advice, { kind: 'request' }>> = {}) =>
  ({ kind: 'request', says, ...more }) as const;

test('what is certified is not where definitions of other files are in the prompt', () => {
  const certified = { ...WEIGHTS, certified: certificates({ balanced: certificate }) };
  const decide = decider({ weightsFor: () => certified, advisers: [] });
  const alone = decide(QUESTION);
  const beside = decide({ ...QUESTION, otherFiles: true });
  assert.equal(alone.certificate, certificate);
  assert.equal(beside.certificate, null);
  assert.deepEqual(beside.point, alone.point);
  assert.ok(!beside.policy.includes('certified'));
  assert.match(beside.why.join(), /not certified: definitions of other files are in the prompt/);
});

test('with every learner off, every request is answered as the shipped presets are', () => {
  const decide = decider({ weightsFor, advisers: [] });
  for (const preset of PRESETS)
    for (const name of MODELS)
      for (const languageId of LANGUAGES)
        for (const kind of KINDS)
          for (const trigger of TRIGGERS)
            for (const logprobs of [true, false])
              for (const costs of COSTS) {
                const settings = { ...DEFAULT_SETTINGS.stopping, preset };
                const model = { name, digest: '' };
                const place = { kind, languageId, workspace: null };
                const { rule, arm, propensity, why, ...decided } = decide(
                  { kind: 'request', trigger, settings, model, logprobs, costs, place },
                  0.5,
                );
                const patient = trigger === 'complete-here';
                const weights = weightsFor(model);
                const { rule: asked, ...chosen } = chooseRule({
                  ...{ weights, logprobs, costs, settings, patient },
                });
                assert.deepEqual([rule.id, decided], [asked.id, chosen]);
                const fixed = patient || preset === 'custom';
                assert.deepEqual([arm, propensity], [fixed ? 'own' : 'deployed', 1]);
                assert.equal(why.length, 2);
              }
});

/** Of which nothing is known yet. */
const KEY: KeystrokeQuestion = {
  kind: 'keystroke',
  trigger: 'automatic',
  typing: true,
  settings: { debounce: 75, preset: 'balanced' },
  stretch: null,
  pace: { gapMs: null, answerMs: null },
};

test('a keystroke waits for a pause, a command does not, and everything is offered', () => {
  const decide = deciding();
  const asking = decide(KEY);
  assert.partialDeepStrictEqual(asking, { action: 'wait', ms: 75 });
  for (const trigger of ['invoked', 'complete-here'] as const)
    assert.equal(decide({ ...KEY, trigger, typing: false }).action, 'ask');
  for (const trigger of TRIGGERS) {
    const offer = {
      kind: 'offer',
      trigger,
      text: 'a',
      reason: 'line-end',
      pDone: 0,
      pAlive: null,
    } as const;
    assert.equal(decide(offer).action, 'offer');
  }
});

describe('what is advised', () => {
  test('composes in one order, whatever is advised: the same answer each time', () => {
    const probability = fc.double({ min: 0, max: 1, noNaN: true });
    const part = fc.record(
      {
        veto: fc.constant(true as const),
        point: fc.record({ tauDone: probability, tauAlive: probability }),
        arm: fc.record({ name: fc.string(), propensity: probability }),
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(fc.array(part, { maxLength: 5 }), probability, (parts, draw) => {
        const advisers = parts.map((each, i) =>
          speaks(ROLES[i] ?? 'asking', advice(String(i), each)),
        );
        const decide = deciding(...advisers);
        const decided = decide(QUESTION, draw);
        const again = decide(QUESTION, draw);
        const vetoed = parts.findIndex(({ veto }) => veto);
        const heard = vetoed === -1 ? parts : parts.slice(0, vetoed + 1);
        const point = heard.find((each) => each.point)?.point ?? WEIGHTS.thresholds.balanced;
        const arm =
          vetoed === -1
            ? heard.find((each) => each.point ?? each.arm)?.arm
            : { name: 'fallback', propensity: 1 };
        assert.deepEqual({ ...again, rule: null }, { ...decided, rule: null });
        assert.equal(decided.rule.id, vetoed === -1 ? 'learned-lite' : 'shortstop');
        if (vetoed === -1) assert.deepEqual(decided.point, pointOf(point));
        assert.equal(decided.arm, arm?.name ?? 'deployed');
        assert.equal(decided.propensity, arm?.propensity ?? 1);
        assert.equal(decided.why.length, heard.length + 2);
      }),
    );
  });

  test('is heard in its order, on each part the first that speaks', () => {
    const point = { tauDone: 0.7, tauAlive: 0.2 };
    const decided = deciding(
      speaks(
        'experiment',
        advice('the bold arm', { point, arm: { name: 'bold', propensity: 0.5 } }),
      ),
      speaks('budget', advice('a token is dear', { lambda: 0.01 })),
      speaks('profile', advice('this user', { point: { tauDone: 1, tauAlive: 0 }, lambda: 1 })),
    )(QUESTION, 0.3);
    assert.deepEqual(decided.point, pointOf(point), 'these weights heed no price');
    assert.deepEqual([decided.arm, decided.propensity], ['bold', 0.5]);
    assert.equal(decided.certificate, null);
    assert.deepEqual(decided.why.slice(0, -1), [
      ...['preset balanced', 'experiment: the bold arm'],
      ...['budget: a token is dear', 'profile: this user'],
    ]);
  });

  test('of what was learned of the user the most cautious holds, unless the user asks for a boldness', () => {
    const stopsAt = (...advisers: Adviser[]) => deciding(...advisers)(QUESTION).point?.tauAlive;
    const at = (boldness: number) => stopsAt(speaks('profile', advice('alone', { boldness })));
    const learned = (profile: number, hedge: number, more: { readonly asked?: true } = {}) => [
      speaks('profile', advice('the place', { boldness: profile, ...more })),
      speaks('adaptation', advice('the labels', { boldness: hedge })),
    ];
    assert.equal(stopsAt(...learned(0.9, 0.4)), at(0.4));
    assert.equal(stopsAt(...learned(0.3, 0.7)), at(0.3));
    assert.equal(stopsAt(...learned(0.9, 0.4, { asked: true })), at(0.9));
    const budget = speaks('budget', advice('a token is dear', { boldness: 1 }));
    assert.equal(stopsAt(budget, ...learned(0.9, 0.4)), at(1));
    assert.ok((at(0.3) ?? 1) < (at(0.9) ?? 0));
  });

  test('says of a model without weights how many labels a calibration found', () => {
    const decide = decider({
      ...{ weightsFor: () => null, advisers: [] },
      labelsFor: ({ name }) => (name === QUESTION.model.name ? { have: 12, needed: 34 } : null),
    });
    const why = (name: string) => decide({ ...QUESTION, model: { name, digest: '' } }).why.at(-1);
    assert.match(
      why('some-model:1b') ?? '',
      /^not certified yet: 12 of 34 labels\. The rule is the/,
    );
    assert.match(why('another') ?? '', /was never calibrated$/);
  });

  test('is not heard behind a veto, under which the simple rule decides', () => {
    const arm = { name: 'bold', propensity: 0.5 };
    const decided = deciding(
      speaks('guard', advice('too many matches lost', { veto: true })),
      speaks('experiment', advice('the bold arm', { arm })),
    )(QUESTION, 0.3);
    assert.equal(decided.rule.id, 'shortstop');
    assert.deepEqual([decided.arm, decided.propensity], ['fallback', 1]);
    assert.deepEqual(decided.why.slice(0, 2), ['preset balanced', 'guard: too many matches lost']);
  });

  test('gives way to what the user fixed', () => {
    const decide = deciding(speaks('guard', advice('no', { veto: true })));
    const settings = { ...DEFAULT_SETTINGS.stopping, preset: 'custom' as const };
    const decided = decide({ ...QUESTION, settings });
    assert.deepEqual([decided.rule.id, decided.arm], ['learned-lite', 'own']);
    assert.equal(decided.point?.tauDone, settings.tauDone);
  });

  test('on a keystroke or an offer is followed, unless a command asks', () => {
    const decide = deciding(
      speaks('guard', advice('about requests alone')),
      speaks('asking', { kind: 'keystroke', action: 'silent', says: 'given up here before' }),
      speaks('asking', { kind: 'offer', action: 'hide', says: 'it would flash' }),
    );
    const asking = decide(KEY);
    assert.equal(asking.action, 'silent');
    assert.deepEqual(asking.why, ['asking: given up here before']);
    assert.equal(decide({ ...KEY, trigger: 'invoked', typing: false }).action, 'ask');
    const offer = {
      kind: 'offer',
      text: 'a',
      reason: 'line-end',
      pDone: null,
      pAlive: null,
    } as const;
    assert.equal(decide({ ...offer, trigger: 'automatic' }).action, 'hide');
    assert.equal(decide({ ...offer, trigger: 'invoked' }).action, 'offer');
  });
});

describe('a key for which nothing is remembered', () => {
  const hopeless: StretchNow = {
    kind: 'mid-line',
    letters: 7,
    behind: 'letter',
    last: {
      ...{ accepted: false, typed: 1, agreed: 0, silent: true, failures: 6 },
      ...{ pAlive: 0.01, contradicted: 0.1 },
    },
  };
  const asked = (asking: AskingWeights | null | undefined, stretch = hopeless) =>
    decider({ weightsFor: () => WEIGHTS, advisers: [], asking })({ ...KEY, stretch });

  test('is passed over where waiting is worth more, until typing has stopped', () => {
    const { action, why } = asked(undefined);
    assert.equal(action, 'wait');
    assert.match(why.join(), /more than waiting, while typing goes on/);
  });

  test('is asked for at once behind an accepted offer', () => {
    const { last } = hopeless;
    const accepted = { ...hopeless, last: last && { ...last, accepted: true } };
    assert.equal(asked(undefined, accepted).action, 'ask');
    assert.equal(asked(null, accepted).action, 'wait');
  });

  test('is asked for with all learning off, as before', () => {
    const { action, why } = asked(null);
    assert.deepEqual({ action, why }, { action: 'wait', why: ['after a pause of 75 ms'] });
  });
});
