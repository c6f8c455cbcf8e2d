import assert from 'node:assert/strict';
import Database from 'better-sqlite3';
import { describe, test } from 'node:test';
import { Learning } from '../../../server/learning/learning.ts';
import type {
  Evidence,
  LabelledTrace,
  Learner,
  StretchEvidence,
} from '../../../server/learning/learner.ts';
import type { EvidenceRow } from '../../../server/learning/evidence-rows.ts';
import { labelledTrace } from '../../../server/learning/fit/labelled-trace.ts';
import type { KeystrokeQuestion } from '../../../server/learning/question.ts';
import { counter } from '../../support/learners.ts';
import { request, settledEpisode, storeAt, tail, temporaryDatabase } from '../../storage/rows.ts';

interface Told {
  readonly notices: string[];
  readonly warnings: string[];
}

/** Learning as one process has it. */
function learningAt(test: Parameters<typeof storeAt>[0], path: string, learners: Learner[]) {
  const store = storeAt(test, path);
  const told: Told = { notices: [], warnings: [] };
  const kept: EvidenceRow[] = [];
  const learning = new Learning({
    ...{ learners, ledger: store.ledger, states: store.policyStates },
    evidence: { ...store.evidence, save: (row) => kept.push(row) },
    weightsFor: () => null,
    now: () => 1_000,
    notice: (sentence) => told.notices.push(sentence),
    warn: (line) => told.warnings.push(line),
  });
  return { store, learning, told, kept };
}

const EVIDENCE: StretchEvidence = {
  kind: 'stretch',
  trace: null,
  simulated: false,
  requests: [request('r1', 'e1')],
  tails: [],
  label: { ...settledEpisode('e1'), servedText: null, keptText: null },
};

const KEYSTROKE: KeystrokeQuestion = {
  kind: 'keystroke',
  trigger: 'automatic',
  typing: true,
  stretch: null,
  pace: { gapMs: null, answerMs: null },
  settings: { debounce: 0, preset: 'balanced' },
};

/** Of a request whose tokens are the pieces between the bars. */
function traceOf(pieces: string, kept: string): LabelledTrace {
  const tokens = pieces.split('|').map((text) => ({ text, logprob: -0.25 }));
  const context = { prefix: 'x = ', suffix: '\n', languageId: 'go', kind: 'line-end' } as const;
  const code = { tokens, context: { ...context, multiLine: 'auto' as const }, ahead: '' };
  const first = { request: request('r1', 'e1'), tail: null, uri: 'file:///a.go', isOffered: true };
  const whole = { ...first, code: { ...code, maxTokens: 128, served: 'foo();', pAlive: null } };
  const trace = labelledTrace(whole, kept)?.trace;
  assert.ok(trace);
  return trace;
}

function keeping(kept: unknown[]): Learner {
  return {
    ...counter('guard'),
    observe: (state, evidence) => {
      if (evidence.kind === 'stretch') kept.push(evidence);
      return state;
    },
  };
}

describe('evidence', () => {
  test('is a settled stretch with its requests and tails, without its text', (t) => {
    const kept: unknown[] = [];
    const { learning } = learningAt(t, temporaryDatabase(t), [keeping(kept)]);
    const requests = [request('r1', 'e1', { control: true }), request('r2', 'e1')];
    for (const each of [...requests, request('r3', 'e2')]) learning.ledger.recordRequest(each);
    learning.ledger.recordControlTail(tail('r1'));
    assert.deepEqual(kept, []);
    const texts = { servedText: 'secret();', keptText: 'secret();' };
    learning.ledger.settleEpisode(settledEpisode('e1', texts));
    const label = settledEpisode('e1', { servedText: null, keptText: null });
    assert.deepEqual(kept, [
      {
        ...{ kind: 'stretch', simulated: false, requests },
        tails: [tail('r1')],
        label,
        trace: null,
      },
    ]);
    assert.doesNotMatch(JSON.stringify(kept), /secret/);
  });

  test('is nothing without a request at hand, or once all data were deleted', (t) => {
    const kept: unknown[] = [];
    const { learning } = learningAt(t, temporaryDatabase(t), [keeping(kept)]);
    learning.ledger.settleEpisode(settledEpisode('e0'));
    learning.ledger.recordRequest(request('r1', 'e1'));
    learning.forget();
    learning.ledger.settleEpisode(settledEpisode('e1'));
    assert.deepEqual(kept, []);
  });

  test('goes nowhere without learners', (t) => {
    const { learning, store } = learningAt(t, temporaryDatabase(t), []);
    learning.observe(EVIDENCE);
    assert.equal(store.policyStates.load('count-budget'), null);
  });
});

describe('what was learned', () => {
  const stretches = (learning: Learning) => learning.decide(KEYSTROKE).why.join();
  const asking = () =>
    counter('asking', (state) => ({
      ...{ kind: 'keystroke', action: 'ask' },
      says: String(state.stretches),
    }));

  test('survives the end of the process', (t) => {
    const path = temporaryDatabase(t);
    const first = learningAt(t, path, [asking()]);
    first.learning.observe(EVIDENCE);
    first.learning.observe(EVIDENCE);
    first.store.close();
    const second = learningAt(t, path, [asking()]);
    assert.equal(stretches(second.learning), 'asking: 2');
    assert.deepEqual(second.told, { notices: [], warnings: [] });
  });

  test('is shared by two windows: each learns on from the newer state', (t) => {
    const path = temporaryDatabase(t);
    const here = learningAt(t, path, [asking()]);
    const there = learningAt(t, path, [asking()]);
    for (const { learning } of [here, there, there, here]) learning.observe(EVIDENCE);
    assert.equal(stretches(here.learning), 'asking: 4');
  });

  test('is not lost where another window learns between reading and saving', (t) => {
    const path = temporaryDatabase(t);
    const there = learningAt(t, path, [counter('budget')]);
    let interrupts = true;
    const own = counter('budget');
    const interrupted: typeof own = {
      ...own,
      observe: (state, evidence) => {
        if (interrupts) there.learning.observe(EVIDENCE);
        interrupts = false;
        return own.observe(state, evidence);
      },
    };
    const here = learningAt(t, path, [interrupted]);
    here.learning.observe(EVIDENCE);
    assert.equal(here.store.policyStates.load('count-budget')?.state, '{"stretches":2}');
    there.learning.observe(EVIDENCE);
    assert.equal(here.store.policyStates.load('count-budget')?.state, '{"stretches":3}');
  });

  test('waits to be saved while another process holds the database, and is then', (t) => {
    const path = temporaryDatabase(t);
    const { store, learning } = learningAt(t, path, [asking()]);
    learning.observe(EVIDENCE);
    const other = new Database(path);
    t.after(() => other.close());
    other.exec('BEGIN IMMEDIATE');
    for (let i = 0; i < 2; i++) learning.observe(EVIDENCE);
    assert.equal(stretches(learning), 'asking: 3');
    other.exec('COMMIT');
    learning.observe(EVIDENCE);
    store.flush();
    assert.equal(stretches(learningAt(t, path, [asking()]).learning), 'asking: 4');
  });

  test('is set aside where it is damaged or of another version, and said so', (t) => {
    for (const damage of [
      { state: '{"stretches":', version: 1 },
      { state: '{"stretches":"many"}', version: 1 },
      { state: '{"stretches":7}', version: 0 },
    ]) {
      const path = temporaryDatabase(t);
      const { store, learning, told } = learningAt(t, path, [asking()]);
      const row = { id: 'count-asking', updatedAt: 500, ...damage };
      store.policyStates.save(row);
      learning.observe(EVIDENCE);
      assert.equal(stretches(learning), 'asking: 1');
      assert.match(told.notices.join(), /^What count-asking had learned can't be read/);
      const aside = { ...row, id: 'count-asking set aside 500' };
      assert.deepEqual(store.policyStates.load(aside.id), aside);
      store.close();
      const next = learningAt(t, path, [asking()]);
      assert.equal(stretches(next.learning), 'asking: 1');
      assert.deepEqual(next.told.notices, []);
    }
  });

  test('waits while the database can not be read: nothing is advised, nothing overwritten', (t) => {
    const { store } = learningAt(t, temporaryDatabase(t), []);
    const saved: unknown[] = [];
    const warnings: string[] = [];
    const learning = new Learning({
      ...{ learners: [asking()], ledger: store.ledger, weightsFor: () => null },
      evidence: store.evidence,
      states: {
        load: () => {
          throw new Error('locked');
        },
        save: (row) => saved.push(row),
        update: (id) => saved.push(id),
      },
      now: () => 0,
      notice: () => undefined,
      warn: (line) => warnings.push(line),
    });
    learning.observe(EVIDENCE);
    assert.match(stretches(learning), /^after a pause/);
    assert.deepEqual(saved, []);
    assert.match(warnings.join(), /count-asking has learned can't be read now: locked/);
  });

  test('goes with all other data', (t) => {
    const { store, learning } = learningAt(t, temporaryDatabase(t), [asking()]);
    learning.observe(EVIDENCE);
    store.deleteAll();
    learning.forget();
    assert.equal(stretches(learning), 'asking: 0');
    assert.equal(store.policyStates.load('count-asking'), null);
  });
});

describe('evidence that is kept', () => {
  const digest = 'sha256:00';
  const span: Evidence = { kind: 'span', modelDigest: digest, trace: traceOf('foo|();', 'foo();') };

  test('is the trace of a stretch, as numbers; a span is kept by its calibration', (t) => {
    const { learning, kept } = learningAt(t, temporaryDatabase(t), []);
    learning.observe(EVIDENCE);
    learning.observe({ ...EVIDENCE, trace: traceOf('foo|();', 'foo();'), simulated: true });
    learning.observe(span);
    assert.equal(kept.length, 1);
    assert.partialDeepStrictEqual(kept, [
      { id: 'r1', simulated: true, engine: 'ollama', trace: { drawn: { how: 'served' } } },
    ]);
  });

  test('is none while learning is paused, and nobody but the budget learns or advises', (t) => {
    const veto = counter('asking', () => ({ kind: 'keystroke', action: 'silent', says: 'no' }));
    const { learning, store, kept } = learningAt(t, temporaryDatabase(t), [
      veto,
      counter('budget'),
    ]);
    const action = () => learning.decide(KEYSTROKE).action;
    assert.equal(action(), 'silent');
    learning.pause(true);
    assert.equal(action(), 'wait');
    learning.observe(span);
    learning.observe(EVIDENCE);
    assert.deepEqual(kept, []);
    assert.equal(store.policyStates.load('count-asking'), null);
    assert.equal(store.policyStates.load('count-budget')?.state, '{"stretches":1}');
    learning.pause(false);
    learning.observe(EVIDENCE);
    assert.equal(store.policyStates.load('count-asking')?.state, '{"stretches":1}');
    assert.equal(action(), 'silent');
  });
});

describe('what was learned of a user', () => {
  const learners = () => [counter('guard'), counter('adaptation'), counter('budget')];
  const asked = (learning: Learning) =>
    learning.decide({
      ...{ kind: 'offer', trigger: 'automatic', text: 'a', reason: 'line-end' },
      ...{ pDone: null, pAlive: null },
    });
  const count = ({ store }: ReturnType<typeof learningAt>, id: string) =>
    store.policyStates.load(id)?.state;

  test('is exported without what was spent, and taken over elsewhere', (t) => {
    const here = learningAt(t, temporaryDatabase(t), learners());
    here.learning.observe(EVIDENCE);
    const { text, learners: names } = here.learning.exported();
    assert.deepEqual(names, ['count-guard', 'count-adaptation']);
    const there = learningAt(t, temporaryDatabase(t), learners());
    const taken = there.learning.takeOver(text);
    assert.deepEqual(taken, { learners: names, refused: [] });
    assert.equal(count(there, 'count-guard'), '{"stretches":1}');
    assert.equal(count(there, 'count-budget'), undefined);
  });

  test('is left out where nobody here can read it, and a file of another form is refused', (t) => {
    const { learning } = learningAt(t, temporaryDatabase(t), learners());
    const file = JSON.parse(learning.exported().text) as Record<string, unknown>;
    const of = (states: unknown) => JSON.stringify({ ...file, learners: states });
    const [newer, broken, unknown] = [
      { id: 'count-guard', version: 2, state: { stretches: 1 } },
      { id: 'count-guard', version: 1, state: { stretches: 'one' } },
      { id: 'count-budget', version: 1, state: { stretches: 1 } },
    ];
    for (const state of [newer, broken, unknown])
      assert.deepEqual(learning.takeOver(of([state])), { learners: [], refused: [state.id] });
    for (const text of ['', '{}', of({}), JSON.stringify({ ...file, formatVersion: 2 })])
      assert.throws(() => learning.takeOver(text), /choose another file/);
  });

  test('begins anew in every process, and what was spent stays', (t) => {
    const path = temporaryDatabase(t);
    const here = learningAt(t, path, learners());
    const told: number[] = [];
    const listening = counter('adaptation', ({ stretches }) => {
      told.push(stretches);
      return null;
    });
    const there = learningAt(t, path, [counter('guard'), listening, counter('budget')]);
    there.learning.observe(EVIDENCE);
    asked(there.learning);
    assert.deepEqual(here.learning.reset(), ['count-guard', 'count-adaptation']);
    there.learning.heed();
    asked(there.learning);
    assert.deepEqual(told, [1, 0]);
    assert.equal(count(here, 'count-budget'), '{"stretches":1}');
  });
});
