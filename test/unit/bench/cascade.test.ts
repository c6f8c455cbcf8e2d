import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { cascadeCommand } from '../../../bench/cascade/command.ts';
import {
  alone,
  both,
  cascade,
  drawnWithin,
  figuresOf,
  hindsight,
} from '../../../bench/cascade/evaluate.ts';
import { featureTable } from '../../../bench/cascade/features.ts';
import { crossRead, fitCurve, fitLambda } from '../../../bench/cascade/fit.ts';
import { PAIR_PACES } from '../../../bench/cascade/pace.ts';
import { answerOf, readPairs, type Pair } from '../../../bench/cascade/pairs.ts';
import { beliefsOf, SHIPPED_CURVE } from '../../../server/learning/cascade/curve.ts';
import { seededRandom } from '../../../server/learning/random.ts';
import { loadTraces } from '../../../bench/traces.ts';
import { writeTinyTraces } from './tiny-traces.ts';

const OWN_TRACES = join(import.meta.dirname, '../../fixtures/traces/own-0.5b.jsonl.gz');
const [CPU] = PAIR_PACES;
assert.ok(CPU);

/** Pairs whose truth is the shipped curve. */
function pairsOf(count: number): Pair[] {
  const random = seededRandom(3);
  return Array.from({ length: count }, (_, i) => {
    const pAlive = random();
    const { pSmall, pLarge } = beliefsOf(SHIPPED_CURVE, pAlive);
    const answer = (model: string, p: number) => ({
      ...{ model, text: model, tokens: 5, pDone: null },
      ...{ pAlive, matched: random() < p },
    });
    return {
      ...{ problem: `p${i}`, lang: 'go', kind: 'line-end' as const, promptChars: 900 },
      ...{ small: answer('small', pSmall), large: answer('large', pLarge) },
    };
  });
}

describe('a cascade on recorded pairs', () => {
  test('fits the curve that the pairs were drawn from', () => {
    const { small, large } = fitCurve(pairsOf(20_000));
    for (const [fitted, truth] of [
      [small, SHIPPED_CURVE.small],
      [large, SHIPPED_CURVE.large],
    ] as const) {
      assert.ok(Math.abs(fitted.bias - truth.bias) < 0.1);
      assert.ok(Math.abs(fitted.slope - truth.slope) < 0.1);
    }
  });

  test('is the smaller model at a price that nothing is worth, and asks more as the price falls', () => {
    const pairs = pairsOf(400);
    const calls = (lambda: number) =>
      figuresOf(pairs.map(cascade(SHIPPED_CURVE, lambda, CPU))).calls;
    assert.equal(calls(100), 0);
    assert.ok(calls(0.01) >= calls(0.05));
    assert.ok(calls(0) >= calls(0.01));
    const alike = cascade(SHIPPED_CURVE, 100, CPU);
    assert.deepEqual(pairs.map(alike), pairs.map(alone('small', CPU)));
  });

  test('pays for both models where both are asked', () => {
    const [pair] = pairsOf(1);
    assert.ok(pair);
    const together = both(pair, SHIPPED_CURVE, CPU);
    const [small, large] = [alone('small', CPU)(pair), alone('large', CPU)(pair)];
    assert.equal(together.tokens, small.tokens + large.tokens);
    assert.equal(together.ms, small.ms + large.ms);
  });

  test('the price keeps to the limit that it was chosen under', () => {
    const pairs = pairsOf(300);
    const lambda = fitLambda(pairs, SHIPPED_CURVE, CPU, ({ calls }) => calls <= 0.3);
    const { calls } = figuresOf(pairs.map(cascade(SHIPPED_CURVE, lambda, CPU)));
    assert.ok(calls > 0.1 && calls <= 0.3);
  });

  test('each task is read under what was fitted without its problem, once a shuffle', () => {
    const pairs = [...pairsOf(100), ...pairsOf(100)];
    const read = crossRead(pairs, (part) => {
      const names = new Set(part.map(({ problem }) => problem));
      return (pair) => {
        assert.ok(!names.has(pair.problem));
        return alone('small', CPU)(pair);
      };
    });
    assert.equal(read.length, 5 * pairs.length);
  });

  test('hindsight asks the larger model just where it alone is right', () => {
    const pairs = pairsOf(200);
    for (const pair of pairs) {
      const { calledLarge, matched } = hindsight(CPU)(pair);
      assert.equal(calledLarge, pair.large.matched && !pair.small.matched);
      assert.equal(matched, pair.large.matched || pair.small.matched);
    }
  });

  test('one of two models drawn for each task costs and matches what lies between them', () => {
    const figures = (em: number, ms: number) => ({ n: 1, em, ms, tokens: 0, calls: 0 });
    const [small, large] = [figures(0.2, 100), figures(0.4, 300)];
    assert.deepEqual(drawnWithin(200, small, large), { share: 0.5, em: 0.2 * 0.5 + 0.4 * 0.5 });
    assert.equal(drawnWithin(50, small, large).share, 0);
    assert.equal(drawnWithin(900, small, large).em, 0.4);
  });

  test('what tells the models apart is found by a feature that does, on problems that were not fitted on', () => {
    const random = seededRandom(5);
    const opening = [{ text: 'x', logprob: 0 }];
    const pairs = pairsOf(80).map((pair): Pair => {
      const wins = random() < 0.3;
      const kind = wins ? 'arguments' : 'line-end';
      const small = { ...pair.small, pAlive: 0.5, matched: !wins, opening };
      return { ...pair, kind, small, large: { ...pair.large, matched: wins, opening } };
    });
    const rows = featureTable(pairs, [0.3]);
    const shareBy = (name: string) => {
      const row = rows.find((line) => line.startsWith(`| ${name} |`));
      return Number(row?.split('|')[2]);
    };
    assert.ok(shareBy('pAlive, context kind') > shareBy('pAlive (as shipped)') + 50);
  });

  test('an answer is decided on the tokens up to its stop: whatever follows changes nothing', async () => {
    const traces = (await loadTraces([OWN_TRACES])).filter(({ end }) => end !== 'cut').slice(0, 40);
    let cut = 0;
    for (const trace of traces) {
      const whole = answerOf(trace, 'balanced');
      if (whole.tokens >= trace.tokens.length) continue;
      const other = { text: 'other', logprob: -9 };
      const tokens = trace.tokens.map((token, i) =>
        i < whole.tokens ? token : { ...token, ...other },
      );
      assert.deepEqual(answerOf({ ...trace, tokens }, 'balanced'), whole);
      cut += 1;
    }
    assert.ok(cut > 10);
  });
});

describe('bench cascade', () => {
  let folder: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'shortstop-cascade-'));
  });
  after(() => rm(folder, { recursive: true }));

  test('prints each way of using two models, and writes what ships', async () => {
    const [small, large, out] = ['small', 'large', 'out.json'].map((name) => join(folder, name));
    assert.ok(small && large && out);
    const problems = Array.from({ length: 12 }, (_, i) => ({ problem: `p${i}` }));
    await writeTinyTraces(
      small,
      problems.map((one, i) => ({ ...one, gold: i % 3 ? 'x' : 'z' })),
    );
    await writeTinyTraces(
      large,
      problems.map((one, i) => ({ ...one, gold: i % 3 ? 'x' : 'z' })),
    );
    const printed: string[] = [];
    await cascadeCommand(['--pairs', `${small},${large}`, '--out', out], (line) =>
      printed.push(line),
    );
    assert.match(printed.join('\n'), /12 tasks of 12 problems/);
    assert.match(printed.join('\n'), /\| large \| 66\.7 /);
    const written = JSON.parse(await readFile(out, 'utf8')) as { lambda: number };
    assert.ok(written.lambda > 0);
  });

  test('says what is wrong with what it is given', async () => {
    const [one, other] = ['one', 'other'].map((name) => join(folder, name));
    assert.ok(one && other);
    await writeTinyTraces(one, [{ problem: 'a' }]);
    await writeTinyTraces(other, [{ problem: 'b' }]);
    await assert.rejects(readPairs(one, other, 'balanced'), /no task in common/);
    await assert.rejects(
      cascadeCommand(['--pairs', one], () => undefined),
      /usage: cascade/,
    );
    await writeFile(join(folder, 'broken'), 'no json\n');
    await assert.rejects(readPairs(join(folder, 'broken'), one, 'balanced'), /broken:1/);
    await assert.rejects(
      cascadeCommand(['--pairs', `${one},${one}`, '--pace', 'x'], () => undefined),
      /--pace takes cpu/,
    );
  });
});
