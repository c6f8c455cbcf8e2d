import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { sha256Of } from '../../../bench/features/table.ts';
import { TRAINING } from '../../../bench/report/command.ts';
import { RUNNING_ANSWERS } from '../../../server/stopping/policy/answers.ts';
import { checkedWeights } from '../../../server/stopping/policy/weights-file.ts';
import { weightsFor } from '../../../server/stopping/policy/weights.ts';
import { certificate, certificates, repeatCertificates } from '../../support/certificates.ts';

const WEIGHTS = '../../../server/stopping/policy/weights';
const FILE = new URL(`${WEIGHTS}/qwen2.5-coder-0.5b.json`, import.meta.url);
const FULL_FILE = new URL(`${WEIGHTS}/qwen2.5-coder-0.5b.full.json`, import.meta.url);
const CALIBRATION = fileURLToPath(
  new URL('../../../bench/data/calibration-0.5b.jsonl.gz', import.meta.url),
);
const GGUF = 'sha256:1d9614638d18024d0fbb36575a15f1302a3adf044df10345688ec4f6e1c4ff32';
const OTHER = `sha256:${'0'.repeat(64)}`;

interface Raw {
  presets: { balanced: { tauAlive: number } };
  features: string[];
  alive: { models: { kind: string; weights: number[] }[] };
  trainedOn: { sha256: string };
}
const raw = async (file = FILE) => JSON.parse(await readFile(file, 'utf8')) as Raw;

describe('weights that ship', () => {
  test('are found by a digest that they were recorded on, under any name', () => {
    const weights = weightsFor({ name: 'my-copy', digest: GGUF });
    assert.equal(weights?.sameFile, true);
    assert.match(weights.trainedOn, /this very file$/);
  });
  test('are found by name on another digest, and say so', () => {
    for (const name of ['qwen2.5-coder:0.5b', 'Qwen2.5-Coder-0.5B-Instruct-Q8_0.gguf']) {
      const weights = weightsFor({ name, digest: OTHER });
      assert.equal(weights?.sameFile, false);
      assert.match(weights.trainedOn, /another digest of the same model$/);
    }
  });
  test('are found for a model that is known by its name alone, and nothing is certified for it', () => {
    const model = { name: 'qwen2.5-coder:0.5b', digest: 'name:qwen2.5-coder:0.5b' };
    const weights = weightsFor({ ...model, engine: 'ollama' });
    assert.equal(weights?.certified, null);
    assert.equal(weights.sameFile, false);
  });
  test('are for no other model', () => {
    for (const name of [
      'qwen2.5-coder:3b',
      'qwen2.5-coder:0.5b-base',
      'qwen2.5-coder:1.5b-base',
      'qwen2.5:0.5b',
      'starcoder2:3b',
    ])
      assert.equal(weightsFor({ name, digest: OTHER }), null);
  });
  test('over the full set of features come beside them, for the same model alone', () => {
    const full = weightsFor({ name: '', digest: GGUF, engine: 'ollama' })?.withAlternatives;
    assert.equal(full?.policy.set, 'full');
    const named = weightsFor({ name: 'qwen2.5-coder:0.5b', digest: OTHER, engine: 'ollama' });
    assert.equal(named?.withAlternatives?.certified, null);
    const other = weightsFor({ name: 'qwen2.5-coder:1.5b', digest: OTHER, engine: 'ollama' });
    assert.equal(other?.withAlternatives, undefined);
  });
  test('are lent to the 1.5B model, which has thresholds of its own and no certificate', () => {
    const own = weightsFor({ name: '', digest: GGUF, engine: 'ollama' });
    const lent = weightsFor({ name: 'qwen2.5-coder:1.5b', digest: OTHER, engine: 'ollama' });
    assert.equal(lent?.policy.alive, own?.policy.alive);
    assert.notDeepEqual(lent?.thresholds, own?.thresholds);
    assert.equal(lent?.certified, null);
    assert.match(lent.trainedOn, /with thresholds chosen on 340 traces of Qwen2.5-Coder 1.5B/);
  });
  test('name the very feature files that are in this repository', async () => {
    const sha256 = await sha256Of(TRAINING);
    for (const file of [FILE, FULL_FILE]) assert.equal((await raw(file)).trainedOn.sha256, sha256);
    assert.ok(sha256.startsWith(weightsFor({ name: '', digest: GGUF })?.hash ?? '-'));
  });
  test('have presets of which none is bolder than the next', () => {
    const weights = weightsFor({ name: '', digest: GGUF });
    for (const own of [weights, weights?.withAlternatives]) {
      assert.ok(own?.spends);
      const { faithful, balanced, saver } = own.thresholds;
      assert.ok(faithful.tauAlive <= balanced.tauAlive && balanced.tauAlive <= saver.tauAlive);
      assert.ok(faithful.tauDone >= balanced.tauDone && balanced.tauDone >= saver.tauDone);
      assert.ok(own.spends.faithful >= own.spends.balanced);
      assert.ok(own.spends.balanced >= own.spends.saver);
    }
  });
  test('certify only what the calibration in this repository repeats, for these very answers', async () => {
    const found = weightsFor({ name: '', digest: GGUF, engine: 'ollama' });
    const both = [
      [FILE, found],
      [FULL_FILE, found?.withAlternatives],
    ] as const;
    for (const [name, weights] of both) {
      const file = checkedWeights(await raw(name));
      const holds = RUNNING_ANSWERS.includes(file.answers ?? '');
      assert.deepEqual(weights?.certified, holds ? file.certified : null);
      if (file.certified) await repeatCertificates(file, CALIBRATION);
    }
  });
  test('show their certificates for their own digest, engine and answers alone', async () => {
    const certified = certificates({ saver: certificate });
    const files = [{ ...checkedWeights(await raw()), certified, answers: 'as now' }];
    const of = (digest: string, engine?: string, answers = 'as now') => {
      const model = { name: 'qwen2.5-coder:0.5b', digest, ...(engine && { engine }) };
      return weightsFor(model, files, [], [answers])?.certified;
    };
    assert.equal(of(GGUF, 'ollama'), certified);
    assert.equal(of(GGUF, 'embedded'), null);
    assert.equal(of(GGUF), null);
    assert.equal(of(OTHER, 'ollama'), null);
    assert.equal(of(GGUF, 'ollama', 'otherwise'), null);
  });
  test('of other features, with a number missing or with no probability are refused', async () => {
    const features = await raw();
    features.features[0] = 'another';
    assert.throws(() => checkedWeights(features), /other features/);
    const short = await raw();
    short.alive.models.find(({ kind }) => kind === 'logistic')?.weights.pop();
    assert.throws(() => checkedWeights(short), /logistic model is incomplete/);
    const threshold = await raw();
    threshold.presets.balanced.tauAlive = 1.5;
    assert.throws(() => checkedWeights(threshold), /balanced is no probability/);
  });
});
