import assert from 'node:assert/strict';
import { describe, test, type TestContext } from 'node:test';
import { Refitter } from '../../../server/calibration/refitter.ts';
import { CalibratedWeights } from '../../../server/learning/calibrate/calibrated-weights.ts';
import { ANSWERS } from '../../../server/stopping/policy/answers.ts';
import { calibrate } from '../../../server/learning/calibrate/calibration.ts';
import { readOutcome } from '../../../server/learning/calibrate/outcome.ts';
import { OWN_TRACES } from '../../../server/learning/calibrate/records.ts';
import type { FeatureTrace } from '../../../server/learning/fit/feature-trace.ts';
import { outcomeOf, scoreTrace } from '../../../server/learning/fit/frontier.ts';
import { seededRandom } from '../../../server/learning/random.ts';
import type { LearnedWeights } from '../../../server/stopping/policy/choose-rule.ts';
import { FEATURE_NAMES } from '../../../server/stopping/reading/features.ts';
import { labelled } from '../../support/feature-traces.ts';
import { madeUpWeights } from '../../support/weights.ts';
import { storeAt, temporaryDatabase } from '../../storage/rows.ts';

const MODEL = { name: 'some-model:1b', digest: `sha256:${'1'.repeat(64)}` };
const KEY = { modelDigest: MODEL.digest, engine: 'ollama' };
const capabilitiesOf = (model: typeof MODEL) =>
  ({ model, engine: 'ollama', version: '1' }) as never;
const CAPABILITIES = capabilitiesOf(MODEL);
const SHIPPED = madeUpWeights();

type World = 'shipped' | 'shifted';
/** On which feature it turns whether a request will match: the shipped weights know the first alone. */
const TELLS: Readonly<Record<World, number>> = {
  shipped: FEATURE_NAMES.lite.indexOf('lowest logprob'),
  shifted: FEATURE_NAMES.lite.indexOf('words'),
};

function tracesOf(world: World, count: number, seed = 1): FeatureTrace[] {
  const random = seededRandom(seed);
  return Array.from({ length: count }, (_, i) => {
    const matched = random() < 0.3;
    const looks = { [TELLS.shipped]: random() < 0.3, [TELLS.shifted]: random() < 0.3 };
    looks[TELLS[world]] = matched;
    const features = FEATURE_NAMES.full.map((_, at) => (at in looks ? (looks[at] ? 0 : -8) : 0));
    const rows = Array.from({ length: 6 }, (_, t) => ({ features, done: matched && t === 5 }));
    const baselines = {
      confidence: { matched, tokens: 6 },
      'first-newline': { matched, tokens: 9 },
    };
    return {
      ...{ problem: `${seed} ${i}`, lang: 'go', kind: 'line-end', complete: true },
      ...{ rows, matched, tokens: 6, reachable: matched, baselines },
    };
  });
}

/** The balanced preset of these weights. */
function balancedOn(traces: readonly FeatureTrace[], weights: LearnedWeights) {
  const outcomes = traces.map((trace) =>
    outcomeOf(scoreTrace(trace, weights.policy), weights.thresholds.balanced),
  );
  return {
    tokens: outcomes.reduce((sum, { tokens }) => sum + tokens, 0) / traces.length,
    matches: outcomes.filter(({ matched }) => matched).length,
  };
}

function refitterAt(t: TestContext) {
  const store = storeAt(t, temporaryDatabase(t));
  const calibrated = new CalibratedWeights(store.calibrations, () => undefined);
  const inForce = () => calibrated.weightsFor({ ...MODEL, engine: 'ollama' }) ?? SHIPPED;
  const told = { log: [] as string[], notices: [] as string[], replaced: 0, fits: 0 };
  let clock = 1_000;
  const refitter = new Refitter({
    ...{ records: store.calibrations, evidence: store.evidence },
    fitting: (input) => {
      told.fits += 1;
      return Promise.resolve(calibrate(input));
    },
    known: () => ({ weights: inForce(), inForce: inForce() }),
    replaced: () => (told.replaced += 1),
    say: (line) => told.log.push(line),
    notice: (sentence) => told.notices.push(sentence),
    now: () => (clock += 1),
  });
  const write = (traces: readonly FeatureTrace[], how: 'span' | 'withheld') => {
    for (const trace of traces) {
      clock += 1;
      const about = { answers: ANSWERS, trace };
      if (how === 'span') {
        const span = { ...KEY, workspace: 'w', span: trace.problem, recordedAt: clock };
        store.calibrations.saveSpan({ ...span, ...about });
        continue;
      }
      const row = { ...KEY, id: trace.problem, at: clock, simulated: false, answers: ANSWERS };
      const drawn = { how, probability: 0.01 };
      store.evidence.save({ ...row, trace: labelled(trace, { drawn, anchored: false }) });
    }
  };
  const outcome = () => {
    const json = store.calibrations.of({ ...KEY, workspace: OWN_TRACES })?.outcome ?? null;
    return json === null ? null : readOutcome(json);
  };
  return { store, refitter, told, write, outcome, inForce };
}

describe('a refit on the user’s own traces', () => {
  test('of a shifted world replaces what ships, and does better on fresh traces; a reset brings it back', async (t) => {
    const { store, refitter, told, write, outcome, inForce } = refitterAt(t);
    write(tracesOf('shifted', 250, 1), 'span');
    write(tracesOf('shifted', 250, 2), 'withheld');
    await refitter.refit(CAPABILITIES);
    const { ended, traces, heldOut, compared } = outcome() ?? assert.fail();
    assert.deepEqual([ended, traces, told.replaced], ['replaced', 500, 1]);
    assert.ok(heldOut && compared && compared.n === heldOut.n && compared.after < compared.before);
    assert.match(told.notices.join(), /certified: at most .* traces of your own/);
    const fresh = tracesOf('shifted', 400, 3);
    const [own, shipped] = [balancedOn(fresh, inForce()), balancedOn(fresh, SHIPPED)];
    assert.ok(own.matches > 2 * shipped.matches && own.tokens < 1.1 * shipped.tokens);

    store.calibrations.dropWeights(5_000);
    assert.equal(inForce(), SHIPPED);
    await refitter.refit(CAPABILITIES);
    assert.deepEqual([outcome()?.ended, told.fits], ['reset', 1], 'it waits for fresh traces');
  });

  test('of the world that the weights come from keeps them, until a hundred more traces are there', async (t) => {
    const { refitter, told, write, outcome, inForce } = refitterAt(t);
    write(tracesOf('shipped', 400, 4), 'span');
    await refitter.refit(CAPABILITIES);
    assert.deepEqual([outcome()?.ended, inForce()], ['kept', SHIPPED]);
    assert.match(
      told.log.join(),
      /^refit of some-model:1b on 400 traces: kept; .* not surely better/,
    );
    write(tracesOf('shipped', 99, 5), 'withheld');
    await refitter.refit(CAPABILITIES);
    assert.equal(told.fits, 1);
    write(tracesOf('shipped', 1, 6), 'withheld');
    await refitter.refit(CAPABILITIES);
    assert.equal(told.fits, 2);
  });

  test('of too few traces says how many there are, and fits nothing', async (t) => {
    const { refitter, told, write, outcome } = refitterAt(t);
    write(tracesOf('shifted', 120), 'withheld');
    await refitter.refit(CAPABILITIES);
    assert.partialDeepStrictEqual(outcome(), {
      ended: 'waiting',
      why: '120 of 300 traces are there',
    });
    write(tracesOf('shifted', 5, 2), 'span');
    await refitter.refit(CAPABILITIES);
    assert.equal(outcome()?.traces, 125);
    assert.equal(told.fits, 0);
  });

  test('learns nothing from labels after an offer but how to fit', async (t) => {
    const { store, refitter, told, write } = refitterAt(t);
    write(tracesOf('shifted', 299), 'span');
    const row = { ...KEY, at: 9_000, simulated: false, answers: ANSWERS };
    for (const trace of tracesOf('shifted', 300, 2)) {
      store.evidence.save({
        ...row,
        id: trace.problem,
        trace: labelled(trace, { anchored: true }),
      });
    }
    await refitter.refit(CAPABILITIES);
    assert.equal(told.fits, 0, 'they do not count towards the traces that it takes');
  });

  test('looks at one model after the other, at each once a minute', async (t) => {
    const { store, refitter, write } = refitterAt(t);
    const other = { name: 'another:1b', digest: `sha256:${'2'.repeat(64)}` };
    const traces = () =>
      store.calibrations.refits('ollama').map((json) => readOutcome(json)?.traces);
    for (const model of [MODEL, other]) {
      refitter.heed(capabilitiesOf(model));
      await new Promise((resolve) => setImmediate(resolve));
    }
    assert.deepEqual(traces(), [0, 0]);
    write(tracesOf('shipped', 5), 'span');
    refitter.heed(CAPABILITIES);
    await new Promise((resolve) => setImmediate(resolve));
    assert.deepEqual(traces(), [0, 0], 'the minute is not over');
  });

  test('ends with its daemon', async (t) => {
    const { refitter, told, write } = refitterAt(t);
    write(tracesOf('shifted', 320), 'span');
    await refitter.end();
    refitter.heed(CAPABILITIES);
    assert.equal(told.fits, 0);
  });
});
