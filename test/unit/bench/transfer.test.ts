import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { hashOf } from '../../../server/learning/calibrate/content.ts';
import type { FeatureTrace } from '../../../server/learning/fit/feature-trace.ts';
import { writeFeatures } from '../../../bench/features/table.ts';
import { seededRandom } from '../../../server/learning/random.ts';
import { transferCommand } from '../../../bench/transfer/command.ts';
import {
  crossFitted,
  mapsAndThresholdsBy,
  readFitted,
  repeated,
  thresholdsBy,
} from '../../../bench/transfer/cross-fit.ts';
import { applyPlatt, fitPlatt, logLosses } from '../../../bench/transfer/platt.ts';
import { outcomeOf, type ScoredTrace } from '../../../server/learning/fit/frontier.ts';
import { choosePreset } from '../../../server/learning/fit/presets.ts';
import { borrowWeights } from '../../../server/stopping/policy/borrowed-weights.ts';
import { FEATURE_NAMES } from '../../../server/stopping/reading/features.ts';
import { checkedWeights } from '../../../server/stopping/policy/weights-file.ts';
import { weightsFor } from '../../../server/stopping/policy/weights.ts';
import { writeTinyTraces } from './tiny-traces.ts';

const SHIPPED = new URL(
  '../../../server/stopping/policy/weights/qwen2.5-coder-0.5b.json',
  import.meta.url,
);
const DIGEST = `sha256:${'1'.repeat(64)}`;

const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));

/**
 * Two traces of each problem, three tokens each, whose scores say `slope` times the true log-odds and
 * `offset`; the labels of some problems may be turned round.
 */
function scoredTraces(
  problems: number,
  slope = 1,
  offset = 0,
  turned: (problem: string) => boolean = () => false,
): ScoredTrace[] {
  const random = seededRandom(7);
  return Array.from({ length: 2 * problems }, (_, i) => {
    const problem = `p${Math.floor(i / 2)}`;
    const truth = 4 * random() - 2;
    const matched = random() < sigmoid(truth) !== turned(problem);
    const features = FEATURE_NAMES.full.map(() => random());
    const p = sigmoid(slope * truth + offset);
    const trace: FeatureTrace = {
      problem,
      lang: 'go',
      kind: 'args',
      complete: true,
      rows: [0, 1, 2].map((t) => ({ features, done: matched && t > 0 })),
      matched,
      tokens: 3,
      reachable: matched,
      baselines: {
        'peer-first-newline': { matched, tokens: 5 },
        simple: { matched: false, tokens: 1 },
      },
    };
    return { trace, alive: [p, p, p], done: [0.3 * p, 0.6 * p, 0.9 * p] };
  });
}

const SEEDS = [1, 2, 3];
const balanced = (part: readonly ScoredTrace[]) => choosePreset(part, 'balanced');
const WAYS = [
  ['thresholds', thresholdsBy],
  ['maps and thresholds', mapsAndThresholdsBy],
] as const;

describe('cross-fitting', () => {
  for (const [name, fitBy] of WAYS) {
    test(`${name} are never chosen where they are read`, () => {
      const chosenOn = new Map<unknown, ReadonlySet<string>>();
      const fit = fitBy((part) => {
        const thresholds = { tauAlive: 0.1, tauDone: 0.5 };
        chosenOn.set(thresholds, new Set(part.map(({ trace }) => trace.problem)));
        return thresholds;
      });
      const readings = readFitted(scoredTraces(40), fit, 5, SEEDS);
      assert.equal(readings.length, 80 * SEEDS.length);
      assert.equal(chosenOn.size, 5 * SEEDS.length);
      for (const { one, fitted } of readings) {
        const problems = chosenOn.get(fitted.thresholds);
        assert.equal(problems?.size, 32);
        assert.ok(!problems.has(one.trace.problem));
      }
    });

    test(`${name} for a problem do not hang on its own labels, only on those of others`, () => {
      const ownFits = (turned: (problem: string) => boolean) =>
        readFitted(scoredTraces(40, 1, 0, turned), fitBy(balanced), 5, SEEDS)
          .filter(({ one }) => one.trace.problem === 'p7')
          .map(({ one, fitted }) => [fitted.thresholds, fitted.recalibrate(one).alive]);
      const plain = ownFits(() => false);
      assert.equal(plain.length, 2 * SEEDS.length);
      assert.deepEqual(
        ownFits((problem) => problem === 'p7'),
        plain,
      );
      assert.notDeepEqual(
        ownFits((problem) => problem !== 'p7'),
        plain,
      );
    });
  }

  test('outcomes come one shuffle after the other, as those of other rules are repeated', () => {
    const scored = scoredTraces(10);
    const fixed = { tauAlive: 0.3, tauDone: 0.5 };
    const rule = crossFitted(
      'x',
      readFitted(
        scored,
        thresholdsBy(() => fixed),
        5,
        SEEDS,
      ),
    );
    const once = scored.map((one) => {
      const { matched, tokens } = outcomeOf(one, fixed);
      const { problem, reachable } = one.trace;
      return { cluster: problem, reachable, tokens, exact: matched };
    });
    assert.deepEqual(rule.outcomes, repeated({ id: 'x', outcomes: once }, SEEDS.length).outcomes);
  });
});

describe("Platt's maps", () => {
  test('undo a slope and an offset', () => {
    const scored = scoredTraces(3000, 2, 1);
    const maps = fitPlatt(scored);
    const straight = scoredTraces(3000);
    scored.slice(0, 50).forEach((one, i) => {
      const p = applyPlatt(maps, one).alive[0] ?? 0;
      const truth = straight[i]?.alive[0] ?? 0;
      assert.ok(Math.abs(p - truth) < 0.04, `${p} is not ${truth}`);
    });
    const mapped = scored.map((one) => applyPlatt(maps, one));
    assert.ok(logLosses(mapped).alive < logLosses(scored).alive - 0.05);
    assert.ok(Math.abs(logLosses(mapped).alive - logLosses(straight).alive) < 0.01);
  });
  test('stay finite, and short of certainty, where all labels agree or a score is 0 or 1', () => {
    const scored = scoredTraces(20).map((one, i) => ({
      trace: { ...one.trace, matched: true },
      alive: [0, 1, 0.5],
      done: one.done.map((p) => (i === 0 ? 1 : p)),
    }));
    const maps = fitPlatt(scored);
    for (const one of scored.map((trace) => applyPlatt(maps, trace)))
      assert.ok([...one.alive, ...one.done].every((p) => p > 0 && p < 1));
  });
  test('log loss is that of a coin where nothing is known', () => {
    const scored = scoredTraces(5).map((one) => ({ ...one, alive: [0.5, 0.5, 0.5] }));
    assert.ok(Math.abs(logLosses(scored).alive - Math.LN2) < 1e-12);
  });
});

describe('the command', () => {
  let folder = '';
  let weights = '';
  let traces = '';
  let features = '';
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'transfer-'));
    traces = join(folder, 'traces.jsonl');
    await writeTinyTraces(
      traces,
      Array.from({ length: 12 }, (_, i) => ({
        problem: `p${i}`,
        kind: i === 11 ? 'span' : 'args',
        gold: i % 2 === 0 ? 'x' : 'z',
      })),
    );
    features = join(folder, 'features.jsonl.gz');
    await writeFeatures(
      features,
      scoredTraces(15).map(({ trace }) => trace),
    );
    weights = join(folder, 'weights.json');
    await rewrite((file) => {
      file.trainedOn.problems = [hashOf('p3')];
    });
  });
  after(() => rm(folder, { recursive: true }));

  interface Weights {
    trainedOn: { problems: string[] };
  }
  async function rewrite(change: (file: Weights) => void): Promise<void> {
    const file = JSON.parse(await readFile(SHIPPED, 'utf8')) as Weights;
    change(file);
    await writeFile(weights, JSON.stringify(file));
  }
  async function run(...args: string[]): Promise<string> {
    const printed: string[] = [];
    const all = [...args, '--weights', weights, '--draws', '20'];
    await transferCommand(all, (line) => printed.push(line));
    return printed.join('\n');
  }

  test('refuses traces of problems that the weights were trained on; --seen allows them', async () => {
    await assert.rejects(run('--traces', traces), /^Error: 1 problems of these .* trained on/);
    assert.match(await run('--traces', traces, '--seen'), /^n 11, 11 problems/);
  });
  test('refuses kept numbers of such problems too', async () => {
    await rewrite((file) => {
      file.trainedOn.problems = ['p3'];
    });
    await assert.rejects(run('--features', features), /1 problems .* trained on/);
  });
  test('prints every rule against the best peer, and the goals by way of choosing', async () => {
    const text = await run('--traces', traces, '--seen');
    for (const id of ['rechosen-balanced', 'mapped-saver', 'shipped-faithful', 'peer-cody'])
      assert.match(text, new RegExp(`\\| ${id} \\| .* x \\[.*\\] \\| `));
    assert.match(
      text,
      /\| peer-first-newline \| 2\.0 .* \| 54\.5 .* \| 1\.00 x \[1\.00, 1\.00\] \| 0\.0 \[0\.0, 0\.0\] \|/,
    );
    assert.match(text, /\| goal \| shipped \| rechosen \| mapped \|/);
    assert.match(text, /\| saver: at most 1\.25 x .*: (not )?met \| .*: (not )?met \| .*met \|/);
    assert.match(text, /Log loss per token of pAlive: [\d.]+ before, [\d.]+ after/);
  });
  test('wants traces or features, not both, and ships nothing from traces or seen problems', async () => {
    await assert.rejects(run('--traces', traces, '--features', features), /traces or features/);
    const out = join(folder, 'none.json');
    await assert.rejects(run('--traces', traces, '--out', out), /kept features/);
    await assert.rejects(run('--features', features, '--seen', '--out', out), /kept features/);
    await assert.rejects(readFile(out), /ENOENT/);
  });
  test('writes thresholds that borrow the weights and repeat none of their numbers', async () => {
    await rewrite((file) => {
      file.trainedOn.problems = [];
    });
    const out = join(folder, 'borrowing.json');
    await assert.rejects(run('--features', features, '--out', out), /model/);
    const identity = ['--model', 'Model 2B', '--name', 'model', '--digest', DIGEST];
    await run('--features', features, '--out', out, ...identity, '--engine', 'engine 1');
    const written = await readFile(out, 'utf8');
    assert.ok(!/"(alive|done|features)":/.test(written));
    const lender = checkedWeights(JSON.parse(await readFile(weights, 'utf8')));
    const file = checkedWeights(borrowWeights(JSON.parse(written), [lender]));
    const found = weightsFor({ name: 'any', digest: DIGEST }, [lender, file]);
    assert.match(found?.trainedOn ?? '', /thresholds chosen on 30 traces of Model 2B on engine 1/);
    // Chosen again, it is still the same model's.
    await run('--features', features, '--out', out);
    assert.equal(await readFile(out, 'utf8'), written);
  });
});
