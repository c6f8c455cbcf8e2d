import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { extract } from '../../../bench/features/extract.ts';
import { readFeatures, writeFeatures } from '../../../bench/features/table.ts';
import { decide, judge } from '../../../bench/replay/run.ts';
import { seededRandom } from '../../../server/learning/random.ts';
import { REPLAY_SETTINGS } from '../../../bench/replay/settings.ts';
import { fitPolicy } from '../../../server/learning/fit/fit.ts';
import { foldsOf, overlapOf } from '../../../server/learning/fit/folds.ts';
import { outcomeOf, scoreTrace } from '../../../server/learning/fit/frontier.ts';
import { asManyAsPeer, readOnOtherHalf } from '../../../server/learning/fit/halves.ts';
import { fitLogistic, solve, type Sample } from '../../../server/learning/fit/logistic.ts';
import { fitTrees } from '../../../server/learning/fit/trees.ts';
import { readWeights, writeWeights } from '../../../bench/train/weights.ts';
import { learnedRule } from '../../../server/stopping/rules/learned-rule.ts';
import { probabilityOf, scoreOf } from '../../../server/stopping/policy/model.ts';
import { repair } from '../../../server/post-process/repairs.ts';
import { trace } from './samples.ts';

const samples: Sample[] = [
  [0.5, 1.2, 0, 1],
  [1.5, -0.3, 0, 2],
  [2.2, 0.8, 1, 1],
  [3.1, -1.1, 1, 0.5],
  [0.1, 0.4, 0, 1],
  [2.7, 2.0, 1, 1],
  [1.9, 0.1, 0, 1.5],
  [0.8, -0.9, 1, 1],
].map(([a = 0, b = 0, label = 0, weight = 0]) => ({
  features: [a, b],
  label: label === 1,
  weight,
}));
const close = (actual: number, expected: number, by = 1e-6) =>
  assert.ok(Math.abs(actual - expected) < by, `${actual} is not ${expected}`);

describe('logistic regression', () => {
  test('gives the weights that scikit-learn gives (1.9.1, newton-cg, C 0.5, standardised)', () => {
    const model = fitLogistic(samples, 2);
    close(model.weights[0] ?? 0, 0.53231954);
    close(model.weights[1] ?? 0, 0.06713133);
    close(model.bias, -0.43529635);
    close(model.means[1] ?? 0, 0.275);
    close(model.scales[0] ?? 0, 1.00124922);
  });
  test('solves a linear system', () => {
    const matrix = [Float64Array.of(4, 2), Float64Array.of(2, 3)];
    assert.deepEqual(
      [...solve(matrix, Float64Array.of(2, 1))].map((x) => Math.round(x * 1e9) / 1e9),
      [0.5, 0],
    );
  });
  test('a feature that never varies has no weight', () => {
    const model = fitLogistic(
      samples.map((s) => ({ ...s, features: [0.1, ...s.features] })),
      2,
    );
    close(model.weights[0] ?? 1, 0);
    close(model.weights[1] ?? 0, 0.53231954);
  });
});

describe('boosted trees', () => {
  const options = {
    trees: 1,
    depth: 1,
    rate: 1,
    subsample: 1.1,
    featureShare: 1.1,
    minLeaf: 1,
    penalty: 1,
    seed: 1,
  };
  test('the first split is the one of highest gain among all, its leaves Newton steps', () => {
    const model = fitTrees(samples, options);
    const total = samples.reduce((sum, { weight }) => sum + weight, 0);
    const p = samples.reduce((sum, { label, weight }) => sum + Number(label) * weight, 0) / total;
    const half = (part: readonly Sample[]) => ({
      g: part.reduce((sum, { label, weight }) => sum + weight * (p - Number(label)), 0),
      h: part.reduce((sum, { weight }) => sum + weight * p * (1 - p), 0),
      w: part.reduce((sum, { weight }) => sum + weight, 0),
    });
    const score = ({ g, h }: { g: number; h: number }) => (g * g) / (h + 1);
    let best = { gain: 0, feature: -1, at: 0, left: 0, right: 0 };
    for (const feature of [0, 1]) {
      for (const { features } of samples) {
        const at = features[feature] ?? 0;
        const left = half(samples.filter((s) => (s.features[feature] ?? 0) <= at));
        const right = half(samples.filter((s) => (s.features[feature] ?? 0) > at));
        const gain = score(left) + score(right) - score(half(samples));
        if (left.w < 1 || right.w < 1 || gain <= best.gain) continue;
        best = { gain, feature, at, left: -left.g / (left.h + 1), right: -right.g / (right.h + 1) };
      }
    }
    const [tree] = model.trees;
    assert.ok(tree && !('value' in tree) && 'value' in tree.left && 'value' in tree.right);
    assert.deepEqual([tree.feature, tree.at], [best.feature, best.at]);
    close(tree.left.value, best.left);
    close(tree.right.value, best.right);
    close(model.bias, Math.log(p / (1 - p)));
  });
  test('learns what no line can separate', () => {
    const random = seededRandom(3);
    const cross = Array.from({ length: 400 }, (): Sample => {
      const features = [random() - 0.5, random() - 0.5];
      return { features, label: (features[0] ?? 0) * (features[1] ?? 0) > 0, weight: 1 };
    });
    const model = fitTrees(cross, { ...options, trees: 60, depth: 2, rate: 0.3, minLeaf: 5 });
    const right = cross.filter(
      ({ features, label }) => probabilityOf(model, features) > 0.5 === label,
    );
    assert.ok(right.length > 380, `${right.length} of 400`);
  });
  test('the mean of models is that of their log-odds', () => {
    const models = [fitTrees(samples, options), fitLogistic(samples, 2)] as const;
    const mean = scoreOf({ kind: 'mean', models }, [1, 1]);
    close(mean, (scoreOf(models[0], [1, 1]) + scoreOf(models[1], [1, 1])) / 2, 1e-12);
  });
});

test('no problem is in two folds, and every fold has its share', () => {
  const problems = Array.from({ length: 300 }, (_, i) => `p${i % 100}`);
  const folds = foldsOf(problems, 5, 1);
  const held = (fold: number) => problems.filter((_, i) => folds[i] === fold);
  for (const fold of [0, 1, 2, 3, 4]) {
    assert.equal(held(fold).length, 60);
    assert.deepEqual(
      overlapOf(
        held(fold),
        problems.filter((_, i) => folds[i] !== fold),
      ),
      [],
    );
  }
  assert.deepEqual(overlapOf(['a', 'b'], ['b', 'b', 'c']), ['b']);
});

describe('the learned policy', () => {
  const random = seededRandom(11);
  const pieces = ['foo', '(', ')', ';', ' bar', ', x', '\n', '  ', '"a"', ';\n', '}'];
  const traces = Array.from({ length: 60 }, (_, i) => {
    const tokens = Array.from({ length: 14 }, (): [string, number] => [
      pieces[Math.floor(random() * pieces.length)] ?? '',
      -2 * random(),
    ]);
    const gold = tokens
      .slice(0, 1 + (i % 4))
      .map(([text]) => text)
      .join('');
    return trace(tokens, gold, { problem: `p${i % 20}`, prompt: 'const y = ', suffix: '\nz();\n' });
  });
  const features = traces.map(extract);
  const weights = fitPolicy(features, 'lite', 'mean');
  const grid = [0, 0.05, 0.2, 0.5].flatMap((tauAlive) =>
    [0.3, 0.7, 2].map((tauDone) => ({ tauAlive, tauDone })),
  );

  test('decides on a stream as the training said it would on its numbers', () => {
    for (const thresholds of grid) {
      const learned = { ...learnedRule('learned', weights, thresholds) };
      traces.forEach((one, i) => {
        const own = features[i];
        assert.ok(own);
        const decision = decide(learned, one, REPLAY_SETTINGS);
        const expected = outcomeOf(scoreTrace(own, weights), thresholds);
        assert.equal(decision.tokens, expected.tokens);
        const rule = {
          ...learned,
          trim: (text: string, at: Parameters<typeof repair>[1]) => repair(text, at).text,
        };
        if (decision.reason !== 'hopeless') {
          assert.equal(judge(rule, one, decision).exact, expected.matched);
        }
      });
    }
  });

  test('no decision moves back as a threshold grows more patient', () => {
    for (const one of traces) {
      const tokens = (tauAlive: number, tauDone: number) =>
        decide(learnedRule('learned', weights, { tauAlive, tauDone }), one, REPLAY_SETTINGS).tokens;
      for (const [eager, patient] of [
        [tokens(0.3, 0.5), tokens(0.1, 0.5)],
        [tokens(0.1, 0.4), tokens(0.1, 0.8)],
        [tokens(0.1, 0.8), tokens(0, 2)],
      ] as const) {
        assert.ok(eager <= patient);
      }
    }
  });

  test('sees nothing past the token at which it decides', () => {
    const learned = learnedRule('learned', weights, { tauAlive: 0.2, tauDone: 0.6 });
    for (const one of traces) {
      const whole = decide(learned, one, REPLAY_SETTINGS);
      const cut = { ...one, tokens: one.tokens.slice(0, whole.tokens) };
      assert.deepEqual(decide(learned, cut, REPLAY_SETTINGS), whole);
    }
  });

  test('halves are read where no threshold was chosen, and the peer on the same traces', () => {
    const scored = features.map((one) => scoreTrace(one, weights));
    const result = readOnOtherHalf(scored, asManyAsPeer, 4);
    const peer = features.map((one) => one.baselines['peer-first-newline']);
    const mean = peer.reduce((sum, one) => sum + (one?.tokens ?? 0), 0) / peer.length;
    assert.equal(result.readings, 8);
    // Both ways of each halving, and halves of equal size: their mean is that of all.
    close(result.peerTokens, mean, 1e-9);
    assert.ok(result.tokens > 0 && result.em >= 0 && result.em <= 1);
  });

  test('weights read back to seven digits, and not for other features', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'weights-'));
    const file = join(folder, 'weights.json');
    const trainedOn = { traces: 60, complete: 60, sha256: '', problems: ['p'] };
    await writeWeights(file, { ...weights, trainedOn });
    const back = await readWeights(file);
    const vector = features[0]?.rows[0]?.features ?? [];
    close(scoreOf(back.alive, vector), scoreOf(weights.alive, vector), 1e-3);
    await writeWeights(file, { ...weights, features: ['other'], trainedOn });
    await assert.rejects(readWeights(file), /other features/);
    await rm(folder, { recursive: true });
  });

  test('features read back as they were written, and hold no text', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'features-'));
    const file = join(folder, 'features.jsonl.gz');
    await writeFeatures(file, features);
    assert.deepEqual(await readFeatures(file), features);
    assert.ok(!JSON.stringify(features).includes('foo'));
    await rm(folder, { recursive: true });
  });
});
