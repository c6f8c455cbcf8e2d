import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { budgetLearner } from '../../../server/learning/budget/budget.ts';
import { gaugesOf } from '../../../server/learning/budget/gauges.ts';
import { HIGHEST_PRICE, priceOf } from '../../../server/learning/budget/price.ts';
import {
  asOf,
  NOTHING_SPENT,
  spend,
  type Spending,
} from '../../../server/learning/budget/spending.ts';
import {
  ASSUMED_DAY,
  learnDay,
  requestsToCome,
  usualBetween,
} from '../../../server/learning/budget/usual-day.ts';
import type { EscalationQuestion } from '../../../server/learning/cascade/question.ts';
import { decider } from '../../../server/learning/decide.ts';
import type { Evidence } from '../../../server/learning/learner.ts';
import type { Limits } from '../../../server/learning/limits.ts';
import type { KeystrokeQuestion, RequestQuestion } from '../../../server/learning/question.ts';
import { weightsFor } from '../../../server/stopping/policy/weights.ts';
import { DEFAULT_SETTINGS } from '../../../shared/settings.ts';
import { request } from '../../storage/rows.ts';

const EXPERT = { model: 'a', digest: 'sha256:1', preset: 'balanced' };
const ESCALATION: EscalationQuestion = {
  ...{ kind: 'escalation', trigger: 'automatic', small: EXPERT, large: EXPERT, lambda: 0 },
  place: { kind: 'line-end', languageId: 'go' },
  scores: { pDone: null, pAlive: 0.3 },
  cost: { firstTokenMs: 100, decodeMs: 100, swapBackMs: 0, tokens: 0.5 },
  user: { waitedMs: 0, gapMs: null, failures: 0 },
  spentTokens: 0,
};

/** By the local clock, whatever that is. */
const on = (day: number, hour: number, minute = 0, second = 0) =>
  new Date(2026, 0, day, hour, minute, second).getTime();
const limits = (at: number, change: Partial<Limits> = {}): Limits => ({
  ...DEFAULT_SETTINGS.budget,
  tokensPerDay: 1000,
  ...change,
  at,
});
const asked = (at: number, tokensAtStop: number): Evidence => ({
  kind: 'request',
  request: request('r', 'e', { at, tokensAtStop }),
  simulated: false,
});
const learner = budgetLearner('now');
const after = (...evidence: Evidence[]): Spending =>
  evidence.reduce((state, each) => learner.observe(state, each), learner.empty());
const spentOf = (state: Spending, at: number, session = 'now') => {
  const [day, own] = gaugesOf(state, session, limits(at));
  return { day: day?.spent, session: own?.spent };
};

/** A key at which asking is worth 0.6 characters more than waiting. */
const KEY: KeystrokeQuestion = {
  ...{ kind: 'keystroke', trigger: 'automatic', typing: true },
  settings: { debounce: 75, preset: 'balanced' },
  stretch: { kind: 'line-end', letters: 0, behind: 'line-start', last: null },
  pace: { gapMs: null, answerMs: null },
};
const REQUEST: RequestQuestion = {
  ...{ kind: 'request', trigger: 'automatic', settings: DEFAULT_SETTINGS.stopping },
  model: {
    name: 'qwen2.5-coder:0.5b',
    digest: 'sha256:1d9614638d18024d0fbb36575a15f1302a3adf044df10345688ec4f6e1c4ff32',
  },
  logprobs: true,
  costs: { msPerToken: null, msPerTokenWithAlternatives: null },
  place: null,
};
const deciding = (state: Spending) =>
  decider({
    weightsFor: (model) => weightsFor({ ...model, engine: 'ollama' }),
    advisers: [
      { role: 'budget', advise: (question, draw) => learner.advise(state, question, draw) },
    ],
  });

describe('what is spent', () => {
  test('counts per day and session, tails and shadows included', () => {
    const noon = on(5, 12);
    const state = after(
      asked(noon, 10),
      { kind: 'spent', by: 'control-tail', at: noon + 500, tokens: 30 },
      { kind: 'spent', by: 'shadow', at: noon + 60_000, tokens: 2 },
    );
    assert.deepEqual(spentOf(state, noon + 70_000), { day: 42, session: 42 });
    assert.deepEqual(spentOf(state, noon + 70_000, 'another'), { day: 42, session: 0 });
  });

  test('is the very same state where nothing was spent', () => {
    const state = after(asked(on(5, 12), 10));
    const nothing: Evidence = { kind: 'spent', by: 'shadow', at: on(5, 13), tokens: 0 };
    assert.equal(learner.observe(state, nothing), state);
  });

  test('begins anew at local midnight, for the day and not for the session', () => {
    const state = after(asked(on(5, 23, 59), 10));
    assert.deepEqual(spentOf(state, on(5, 23, 59, 59)), { day: 10, session: 10 });
    assert.deepEqual(spentOf(state, on(6, 0)), { day: 0, session: 10 });
    assert.deepEqual(spentOf(learner.observe(state, asked(on(6, 0, 1), 5)), on(6, 0, 2)), {
      day: 5,
      session: 15,
    });
  });

  test('counts today where a request from before midnight is written down behind a newer one', () => {
    const state = after(asked(on(6, 0, 0, 1), 5), asked(on(5, 23, 59, 59), 7));
    assert.deepEqual(spentOf(state, on(6, 0, 1)), { day: 12, session: 12 });
  });

  test('stays spent where the clock is set back, and a new day still begins', () => {
    const state = after(asked(on(6, 12), 10), asked(on(5, 12), 5));
    assert.equal(spentOf(state, on(5, 12, 1)).day, 15);
    assert.equal(spentOf(state, on(6, 0)).day, 0);
  });

  test('survives a clock that was years ahead', () => {
    const ahead = new Date(2031, 0, 1, 12).getTime();
    const state = after(asked(ahead, 10), asked(on(5, 12), 5));
    assert.equal(spentOf(state, on(5, 12, 1)).day, 15);
    assert.equal(spentOf(state, on(6, 9)).day, 0);
  });

  test('survives the end of the process, whose session begins anew', () => {
    const state = after(asked(on(5, 12), 10));
    const read = budgetLearner('later').read(JSON.parse(JSON.stringify(state)));
    assert.deepEqual(read, state);
    assert.deepEqual(spentOf(state, on(5, 13), 'later'), { day: 10, session: 0 });
    for (const damaged of [null, 7, {}, { ...state, day: 5 }, { ...state, sessions: [{}] }])
      assert.equal(learner.read(damaged), null);
  });

  test('never falls within a day, whatever comes in whatever order', () => {
    const spent = fc.record({
      minutes: fc.integer({ min: 0, max: 1439 }),
      tokens: fc.integer({ min: 0, max: 50 }),
      session: fc.constantFrom('a', 'b'),
    });
    fc.assert(
      fc.property(fc.array(spent), (all) => {
        let state = NOTHING_SPENT;
        for (const { minutes, ...rest } of all)
          state = spend(state, { ...rest, requests: 1, at: on(5, 0, minutes) });
        const tokens = all.reduce((sum, each) => sum + each.tokens, 0);
        assert.equal(spentOf(state, on(5, 23, 59)).day, all.length === 0 ? 0 : tokens);
      }),
    );
  });
});

describe('a usual day', () => {
  test('is the mean of the days so far, the assumed one among them', () => {
    const quiet = new Array<number>(24).fill(0);
    const busy = quiet.with(9, 90);
    const one = learnDay(ASSUMED_DAY, busy);
    assert.equal(one.hours[9], (40 + 90) / 2);
    const two = learnDay(one, quiet);
    assert.ok(Math.abs((two.hours[9] ?? 0) - (40 + 90 + 0) / 3) < 1e-9);
    assert.ok(two.hours.every((requests) => requests >= 0.5));
  });

  test('is added up over parts of hours', () => {
    assert.equal(usualBetween(ASSUMED_DAY, 9 * 12, 9 * 12 + 6), 20);
    assert.equal(usualBetween(ASSUMED_DAY, 0, 288), 9 * 40 + 15 * 2);
  });

  test('tells what is to come by the pace so far', () => {
    const noon = 12 * 12;
    const usual = usualBetween(ASSUMED_DAY, 0, noon);
    const rest = usualBetween(ASSUMED_DAY, noon, 288);
    assert.ok(Math.abs(requestsToCome(ASSUMED_DAY, noon, usual) - rest) < 1e-9);
    assert.ok(requestsToCome(ASSUMED_DAY, noon, 2 * usual) > 1.9 * rest);
    assert.ok(requestsToCome(ASSUMED_DAY, noon, 0) < 0.1 * rest);
  });

  test('is learned once it is over, and not of days without a request', () => {
    const state = after(asked(on(5, 12), 10));
    assert.equal(state.usual.days, 0);
    const later = asOf(state, on(9, 8));
    assert.equal(later.usual.days, 1);
    assert.equal(asOf(later, on(12, 8)).usual.days, 1);
  });
});

describe('the price of a token', () => {
  const price = (tokens: number, now = 9 * 12 + 1) =>
    priceOf({
      budget: 1000,
      slots: [{ slot: 9 * 12, requests: 10, tokens }],
      now,
      usual: ASSUMED_DAY,
    });

  test('is nothing while spending keeps to plan, and rises as it runs ahead', () => {
    assert.equal(price(1), 0);
    assert.ok(price(20) > 0);
    assert.ok(price(30) > price(20));
    assert.equal(price(900), HIGHEST_PRICE);
  });

  test('falls while nothing is spent', () => {
    assert.ok(price(50, 9 * 12 + 3) < price(50));
    assert.equal(price(50, 12 * 12), 0);
  });

  test('is what a descent over single requests gives, summed over a slot', () => {
    const [budget, now] = [1000, 9 * 12 + 1];
    const slots = [{ slot: 9 * 12, requests: 4, tokens: 30 }];
    const expected = usualBetween(ASSUMED_DAY, 9 * 12, now);
    const rho = budget / usualBetween(ASSUMED_DAY, 9 * 12, 288);
    const eta = (HIGHEST_PRICE * 20) / budget;
    const byHand = eta * (30 - rho * expected);
    assert.ok(Math.abs(priceOf({ budget, slots, now, usual: ASSUMED_DAY }) - byHand) < 1e-12);
  });

  test('knows nothing of what comes later', () => {
    const morning = Array.from({ length: 60 }, (_, i) => asked(on(5, 9, i), 5));
    const at = on(5, 10);
    const before = gaugesOf(after(...morning), 'now', limits(at));
    const evening = Array.from({ length: 60 }, (_, i) => asked(on(5, 20, i), 5));
    const { sessions } = after(...morning, ...evening);
    const replayed = gaugesOf({ ...after(...morning), sessions }, 'now', limits(at));
    assert.equal(replayed[0]?.price, before[0]?.price);
  });
});

describe('what a budget advises', () => {
  const state = (tokens: number) => after(asked(on(5, 9, 30), tokens));
  const at = on(5, 9, 31);

  test('is nothing without limits, or while spending keeps to plan', () => {
    const none = limits(at, { tokensPerDay: 0 });
    for (const each of [
      { ...KEY, limits: none },
      { ...REQUEST, limits: none },
      KEY,
      { ...KEY, limits: limits(on(5, 17), { tokensPerDay: 10_000 }) },
    ])
      assert.equal(learner.advise(state(500), each, null), null);
  });

  test('keeps to what is certified first, then stops earlier and says that it is not certified', () => {
    const request = (tokens: number) =>
      deciding(state(tokens))({ ...REQUEST, limits: limits(at, { tokensPerDay: 10_000 }) });
    const little = request(60);
    assert.match(little.why.join(), /budget: a token costs 0\.00\d+ matches/);
    assert.equal(little.point?.lambda, 0);
    assert.ok(little.certificate);
    const more = request(300);
    assert.ok((more.point?.lambda ?? 0) > 0.02);
    assert.equal(more.certificate, null);
    assert.match(more.why.join(), /not certified/);
  });

  test('asks less often only where stopping earlier is not enough', () => {
    const key = (tokens: number) =>
      deciding(state(tokens))({ ...KEY, limits: limits(at, { tokensPerDay: 10_000 }) });
    assert.equal(key(300).action, 'wait');
    const dear = key(5000);
    assert.equal(dear.action, 'silent');
    assert.match(dear.why.join(), /5,000 of 10,000 tokens that are left of the day last/);
  });

  test('at its end is what the setting says', () => {
    const spent = deciding(state(1000));
    const key = (whenSpent: Limits['whenSpent'], more = {}) =>
      spent({ ...KEY, limits: limits(at, { whenSpent }), ...more });
    assert.deepEqual(key('pause'), {
      ...{ action: 'silent' },
      why: [
        "budget: today's budget of 1,000 tokens is spent: nothing is asked while you type until midnight",
      ],
    });
    assert.equal(key('gate').action, 'silent');
    assert.equal(key('shorten').action, 'wait');
    const command = { trigger: 'invoked', typing: false } as const;
    assert.equal(key('pause', command).action, 'ask');
    const request = (whenSpent: Limits['whenSpent']) =>
      spent({ ...REQUEST, limits: limits(at, { whenSpent }) }).settings.maxTokens;
    assert.deepEqual([request('pause'), request('shorten')], [128, 4]);
  });

  test('lets no larger model pass it, whatever the setting says, and prices its tokens before', () => {
    const larger = (tokens: number, more: Partial<EscalationQuestion> = {}) =>
      deciding(state(tokens))({ ...ESCALATION, limits: limits(at), ...more }, 0);
    for (const whenSpent of ['pause', 'gate', 'shorten'] as const) {
      const { action, because, why } = larger(1000, { limits: limits(at, { whenSpent }) });
      assert.deepEqual([action, because], ['stay', 'forbidden']);
      assert.match(why.join('\n'), /^budget: today's budget of 1,000 tokens is spent/);
    }
    assert.equal(larger(900, { spentTokens: 99 }).action, 'escalate');
    assert.equal(larger(900, { spentTokens: 100 }).because, 'forbidden');
    assert.equal(larger(0).balance.tokenCost, 0);
    assert.ok(larger(900).balance.tokenCost > 0);
  });

  test('forbids what an experiment asks for', () => {
    const advisers = [
      {
        role: 'experiment' as const,
        advise: () => ({ kind: 'keystroke', action: 'ask', says: 'the eager arm' }) as const,
      },
      { role: 'budget' as const, advise: learner.advise.bind(learner, state(1000)) },
    ];
    const decide = decider({ weightsFor: () => null, advisers });
    assert.equal(decide({ ...KEY, limits: limits(at) }).action, 'silent');
    assert.equal(decide({ ...KEY, limits: limits(on(6, 9)) }).action, 'ask');
  });

  test('counts sessions apart: the one that is spent pauses, a new one does not', () => {
    const only = limits(at, { tokensPerDay: 0, tokensPerSession: 1000 });
    const question = { ...KEY, limits: only };
    assert.equal(learner.advise(state(1000), question, null)?.says.includes('session'), true);
    assert.equal(budgetLearner('new').advise(state(1000), question, null), null);
  });
});

test('the tokens of a request are capped under every preset, and that is not certified', () => {
  const decide = deciding(NOTHING_SPENT);
  const capped = (change: Partial<RequestQuestion>) =>
    decide({ ...REQUEST, ...change, limits: limits(on(5, 9), { tokensPerRequest: 16 }) });
  const custom = { ...DEFAULT_SETTINGS.stopping, preset: 'custom' as const };
  for (const change of [{}, { settings: custom }, { trigger: 'complete-here' as const }])
    assert.equal(capped(change).settings.maxTokens, 16);
  assert.equal(capped({}).certificate, null);
  assert.ok(decide(REQUEST).certificate);
});
