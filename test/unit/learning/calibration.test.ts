import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  keptWeights,
  readKeptWeights,
  CalibratedWeights,
} from '../../../server/learning/calibrate/calibrated-weights.ts';
import {
  calibrate,
  type CalibrationInput,
} from '../../../server/learning/calibrate/calibration.ts';
import { deployedPresets } from '../../../server/learning/calibrate/deployed.ts';
import type { CalibrationRecord } from '../../../server/learning/calibrate/records.ts';
import { partOf } from '../../../server/learning/calibrate/split.ts';
import { clustersNeeded, recalibrationDelta } from '../../../server/learning/certify/certify.ts';
import type { FeatureTrace } from '../../../server/learning/fit/feature-trace.ts';
import { seededRandom } from '../../../server/learning/random.ts';
import { certificateInWords } from '../../../server/stopping/policy/certificate.ts';
import { FEATURE_NAMES } from '../../../server/stopping/reading/features.ts';
import { certificate, certificates } from '../../support/certificates.ts';
import { decideWith, madeUpWeights } from '../../support/weights.ts';

const AT = FEATURE_NAMES.full.indexOf('lowest logprob');

/** A request whose first token tells whether it will match: probable ones do, three in ten. */
function traceOf(problem: string, random: () => number, surprise = 0): FeatureTrace {
  const matched = random() < 0.3;
  const looksGood = random() < surprise ? !matched : matched;
  const tokens = 5;
  const rows = Array.from({ length: tokens }, (_, t) => ({
    features: FEATURE_NAMES.full.map((__, at) => (at === AT ? (looksGood ? 0 : -8) : 0)),
    done: matched && t === tokens - 1,
  }));
  const baselines = {
    confidence: { matched, tokens },
    'first-newline': { matched, tokens: tokens + 3 },
  };
  return {
    ...{ problem, lang: 'typescript', kind: 'line-end', complete: false, decided: true },
    ...{ rows, matched, tokens, reachable: matched, baselines },
  };
}

function spans(count: number, surprise = 0): FeatureTrace[] {
  const random = seededRandom(count);
  return Array.from({ length: count }, (_, i) => traceOf(`file ${i}`, random, surprise));
}

const known = { ...madeUpWeights(), path: [{ tauDone: 0.95, tauAlive: 0.05 }] };
const FACTS = { modelDigest: `sha256:${'1'.repeat(64)}`, engine: 'ollama 1', calibration: 'x' };
const run = (input: Partial<CalibrationInput>) =>
  calibrate({
    ...{ traces: [], known, inForce: null, facts: FACTS, look: 1 },
    source: 'spans of committed code of this workspace',
    ...input,
  });

describe('a calibration', () => {
  test('certifies known weights on spans of which it fits nothing, and names how many', () => {
    const { weights, labels, heldOut } = run({ traces: spans(400) });
    const certified = weights?.presets.balanced.certificate;
    assert.equal(weights?.origin, 'known');
    assert.ok(certified);
    assert.equal(certified.k, 0);
    assert.equal(certified.n, labels.have);
    assert.match(
      certified.population,
      new RegExp(`of ${heldOut.n} spans of committed code of this workspace`),
    );
    assert.ok((heldOut.presets?.balanced.tokens ?? 9) < heldOut.reference.tokens);
    assert.equal(heldOut.presets?.balanced.matches, heldOut.reference.matches);
  });

  test('certifies languages and kinds of place by themselves where they have enough matches, and keeps that', () => {
    const traces = spans(1200).map((trace, i) => ({
      ...trace,
      lang: i % 4 === 0 ? 'go' : 'typescript',
      kind: i % 40 === 0 ? 'comment' : 'line-end',
    }));
    const { weights, labels } = run({ traces });
    const certified = weights?.presets.balanced.certificate;
    assert.ok(certified);
    const names = certified.strata?.map(({ name }) => name);
    assert.deepEqual(names?.toSorted(), ['go', 'line-end', 'typescript']);
    assert.ok(certified.strata?.every(({ n, k }) => n < labels.have && n >= 49 && k === 0));
    const model = { name: 'm', digest: FACTS.modelDigest, engine: FACTS.engine };
    const kept = readKeptWeights(keptWeights(model, weights, labels));
    assert.deepEqual(kept.certified?.balanced?.strata, certified.strata);
    const { certificate: few } = run({ traces: spans(400) }).weights?.presets.balanced ?? {};
    assert.equal(few && 'strata' in few, false);
  });

  test('with too few labels says how many are missing, and what was in force stays so', () => {
    const { weights, labels, heldOut, kept } = run({ traces: spans(60) });
    assert.ok(labels.have < labels.needed);
    assert.equal(labels.needed, clustersNeeded(0.1, recalibrationDelta(0.05, 1)));
    assert.deepEqual([weights, heldOut.presets], [null, null]);
    assert.equal(kept, `not certified yet: ${labels.have} of ${labels.needed} labels`);
    assert.equal(
      certificateInWords(null, { labels }),
      `not certified yet: ${labels.have} of ${labels.needed} labels`,
    );
  });

  test('with hardly any spans says how many order the thresholds', () => {
    assert.match(
      run({ traces: spans(6) }).kept ?? '',
      /too few spans to order thresholds on: \d of 10$/,
    );
  });

  test('certifies nothing where what looks hopeless often is right', () => {
    const { weights, labels, kept } = run({ traces: spans(900, 0.4) });
    assert.ok(labels.have >= labels.needed);
    assert.equal(weights, null);
    assert.match(kept ?? '', /^not certified: too many of \d+ matches lost$/);
  });

  test('each later look at the same workspace spends less', () => {
    const once = run({ traces: spans(400) }).labels.needed;
    assert.ok(run({ traces: spans(400), look: 4 }).labels.needed > once);
  });

  test('leaves out what the known weights were trained on', () => {
    const traces = spans(400);
    const problems = traces.map(({ problem }) => problem);
    assert.equal(run({ traces, known: { ...known, problems } }).heldOut.n, 0);
  });

  test('for a model of which nothing is known fits its own weights, once there are enough spans', () => {
    const few = run({ traces: spans(200), known: null });
    assert.equal(few.weights, null);
    assert.match(
      few.kept ?? '',
      /too few traces to fit weights on: \d+ of 150, with \d+ of 30 matches$/,
    );
    const { weights, heldOut } = run({ traces: spans(600), known: null });
    assert.equal(weights?.origin, 'own');
    assert.ok(weights.presets.balanced.certificate);
    assert.ok((heldOut.presets?.balanced.tokens ?? 9) < heldOut.before.tokens);
  });

  test('a file is in one part, whatever its spans are, and half of all files certify', () => {
    const parts = Array.from({ length: 2000 }, (_, i) => partOf(`file ${i}`));
    const share = parts.filter((part) => part === 'certify').length / parts.length;
    assert.ok(Math.abs(share - 0.5) < 0.05);
    assert.equal(partOf('file 7'), partOf('file 7'));
  });
});

describe('what is in force after a calibration', () => {
  const step = (tauAlive: number) => ({
    stored: { tauDone: 0.9, tauAlive, showBar: 0 },
    scored: { tauDone: 0.9, tauAlive, tokens: 1, matches: 1 },
  });
  const preset = (
    name: 'faithful' | 'balanced' | 'saver',
    tauAlive: number,
    alpha: number | null,
  ) => ({
    ...{ preset: name, step: step(tauAlive), note: '' },
    certificate: alpha === null ? null : { ...certificate, alpha },
  });

  test('a preset without a certificate stops where the next safer one does', () => {
    const own = [
      preset('faithful', 0.01, 0.1),
      preset('balanced', 0.05, null),
      preset('saver', 0.2, null),
    ];
    const { balanced, saver } = deployedPresets(own, null);
    assert.equal(balanced.point.tauAlive, 0.01);
    assert.equal(saver.point.tauAlive, 0.01);
    assert.equal(saver.certificate?.alpha, 0.1);
  });

  test('what ships stays where it is certified at a smaller level', () => {
    const own = [preset('faithful', 0.01, 0.1), preset('balanced', 0.05, 0.02)];
    const shipped = {
      thresholds: madeUpWeights().thresholds,
      certified: certificates({ faithful: certificate, balanced: certificate }),
    };
    const { faithful, balanced } = deployedPresets(own, shipped);
    assert.equal(faithful.point.tauAlive, shipped.thresholds.faithful.tauAlive);
    assert.equal(balanced.point.tauAlive, 0.05);
  });
});

describe('calibrated weights', () => {
  const { weights, labels } = run({ traces: spans(400) });
  assert.ok(weights);
  const model = { name: 'm', digest: FACTS.modelDigest, engine: 'ollama 1' };
  const json = keptWeights(model, weights, labels);
  const record: CalibrationRecord = {
    ...{ modelDigest: model.digest, engine: 'ollama', workspace: 'w' },
    ...{ looks: 1, spans: 's', calibratedAt: 5, weights: json, outcome: null },
  };

  test('decide stops where they are certified, and says so', () => {
    const read = readKeptWeights(json);
    const decision = decideWith(read)({
      ...{ kind: 'request', trigger: 'automatic', model, logprobs: true, place: null },
      settings: { preset: 'balanced', tauDone: 1, tauAlive: 0, showBar: 0, maxTokens: 64 },
      costs: { msPerToken: null, msPerTokenWithAlternatives: null },
    });
    assert.equal(decision.certificate?.n, labels.have);
    assert.equal(decision.point?.tauAlive, weights.presets.balanced.point.tauAlive);
    assert.match(decision.why.join(), /certified: .* of this workspace/);
  });

  test('lose their certificates where rule or repairs answer otherwise', () => {
    const read = readKeptWeights(json, 'other answers');
    assert.equal(read.certified, null);
    assert.equal(read.answersChanged, true);
  });

  test('are read again once a newer calibration is there, and kept while the database is away', () => {
    let newest: CalibrationRecord | null = null;
    let fails = false;
    const held = new CalibratedWeights(
      {
        newest: () => {
          if (fails) throw new Error('locked');
          return newest;
        },
        lastOutcome: () => null,
      },
      () => undefined,
    );
    const asked = { digest: model.digest, engine: 'ollama' };
    assert.equal(held.weightsFor(asked), null);
    newest = record;
    assert.equal(held.weightsFor(asked)?.labels?.have, labels.have);
    fails = true;
    assert.equal(held.weightsFor(asked)?.labels?.have, labels.have);
    fails = false;
    newest = { ...record, calibratedAt: 6, weights: null };
    assert.equal(held.weightsFor(asked), null);
  });

  test('that can not be read are left alone with a warning', () => {
    const warnings: string[] = [];
    const held = new CalibratedWeights(
      {
        newest: () => ({ ...record, weights: '{"set":"lite","features":[]}' }),
        lastOutcome: () => null,
      },
      (line) => warnings.push(line),
    );
    assert.equal(held.weightsFor({ digest: model.digest, engine: 'ollama' }), null);
    assert.match(warnings.join(), /calibrate again/);
  });
});
