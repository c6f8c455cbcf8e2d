import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import type { FeatureTrace } from '../../../server/learning/fit/feature-trace.ts';
import { goalsOf } from '../../../bench/report/goals.ts';
import { scoreHeldOut } from '../../../bench/report/held-out.ts';
import { goalsTable, rulesTable } from '../../../bench/report/markdown.ts';
import { frontierPicture, placeLabels, type Dot } from '../../../bench/report/picture.ts';
import { readRule, type Outcome, type RuleReadings } from '../../../bench/report/scored.ts';
import { reportCommand, shippedWeights } from '../../../bench/report/command.ts';
import { simulate } from '../../../bench/validity/simulate.ts';
import { seededRandom } from '../../../server/learning/random.ts';
import { FEATURE_NAMES } from '../../../server/stopping/reading/features.ts';
import { writeTinyTraces } from './tiny-traces.ts';

const reading = (value: number) => ({ value, interval: null });
const rule = (id: string, tokens: number, em: number, captured = 0.9): RuleReadings => ({
  id,
  tokens: reading(tokens),
  em: reading(em),
  captured: reading(captured),
  lost: null,
});
const numbersBetween = (text: string, pattern: RegExp) =>
  [...text.matchAll(pattern)].map(([, value]) => Number(value));

describe('readings of a rule', () => {
  const outcome = (
    cluster: string,
    tokens: number,
    exact: boolean,
    reachable: boolean,
  ): Outcome => ({
    cluster,
    tokens,
    exact,
    reachable,
  });
  const reference = {
    id: 'reference',
    outcomes: [
      outcome('a', 9, true, true),
      outcome('a', 9, true, true),
      outcome('b', 9, false, false),
    ],
  };
  test('count captured over the reachable and lost over what the reference matches', () => {
    const outcomes = [
      outcome('a', 2, true, true),
      outcome('a', 4, false, true),
      outcome('b', 6, false, false),
    ];
    const readings = readRule({ id: 'rule', outcomes }, reference, 50);
    assert.equal(readings.tokens?.value, 4);
    assert.equal(readings.em?.value, 1 / 3);
    assert.equal(readings.captured?.value, 1 / 2);
    assert.equal(readings.lost?.value, 1 / 2);
  });
  test('are nothing where nothing counts', () => {
    const none = { id: 'none', outcomes: [outcome('a', 1, false, false)] };
    assert.equal(readRule(none, none, 10).lost, null);
    assert.match(
      rulesTable([readRule(none, none, 10)]),
      /\| none \| 1\.0 \[1\.0, 1\.0\] \| .* \| – \| – \|/,
    );
  });
});

describe('goals', () => {
  const rules = [
    rule('learned-balanced', 4, 0.2, 0.92),
    rule('learned-saver', 3.6, 0.19),
    rule('peer-one', 9, 0.2),
    rule('peer-two', 8, 0.2),
    rule('oracle-causal', 3, 0.24),
    rule('no-stop-128', 120, 0),
  ];
  test('count the tokens of the peer to beat, and the EM of the best peer', () => {
    assert.deepEqual(
      goalsOf(rules, 'peer-two').map(({ met }) => met),
      [true, false, true, true, true],
    );
    const better = [...rules, rule('peer-dear', 60, 0.201)];
    assert.equal(goalsOf(better, 'peer-two')[0]?.met, false);
  });
  test('are not met at fewer matches than the peer, however cheap', () => {
    const worse = [rule('learned-balanced', 1, 0.199), ...rules.slice(1)];
    const goals = goalsOf(worse, 'peer-two');
    assert.equal(goals[0]?.met, false);
    assert.match(goalsTable(goals), /0\.13 x \(peer-two\).* \| not met \|/);
  });
  test('whose rules were not run are left out', () => {
    assert.deepEqual(goalsOf([rule('peer-one', 9, 0.2)], 'peer-one'), []);
  });
});

describe('the picture', () => {
  const dots: Dot[] = Array.from({ length: 12 }, (_, i) => ({
    label: `rule <${i}>`,
    tokens: 4 + i / 5,
    em: 0.18 + i / 500,
    kind: 'peer',
  }));
  test('keeps labels off each other where dots crowd', () => {
    const at = Array.from({ length: 12 }, (_, i) => ({
      x: 300 + 6 * i,
      y: 200 + 3 * i,
      label: 'a rule',
    }));
    const boxes = placeLabels(at);
    boxes.forEach((a, i) =>
      boxes.slice(i + 1).forEach((b) => {
        const apart =
          a.x + a.width <= b.x ||
          b.x + b.width <= a.x ||
          a.y + a.height <= b.y ||
          b.y + b.height <= a.y;
        assert.ok(apart, `${JSON.stringify(a)} lies on ${JSON.stringify(b)}`);
      }),
    );
  });
  test('has a dot for every rule, further right for more tokens, and escapes labels', () => {
    const svg = frontierPicture(
      dots,
      [
        { tokens: 4, em: 0.1 },
        { tokens: 6, em: 0.2 },
      ],
      'a & b',
    );
    const xs = numbersBetween(svg, /<circle cx="([\d.]+)"/g);
    assert.equal(xs.length, 12);
    assert.deepEqual(
      xs,
      xs.toSorted((a, b) => a - b),
    );
    assert.ok(svg.includes('rule &lt;0&gt;') && svg.includes('a &amp; b'));
    assert.match(svg, /<polyline points="[\d.]+,[\d.]+ [\d.]+,[\d.]+"/);
  });
});

/** Traces of two tokens whose first feature tells whether they match. */
function simulated(count: number, flipped: ReadonlySet<string> = new Set()): FeatureTrace[] {
  const random = seededRandom(3);
  return Array.from({ length: count }, (_, i) => {
    const problem = `p${Math.floor(i / 2)}`;
    const good = random() < 0.4;
    const features = FEATURE_NAMES.full.map((_name, f) => (f === 0 ? Number(good) : random()));
    const matched = good !== flipped.has(problem);
    return {
      problem,
      lang: 'go',
      kind: 'args',
      complete: true,
      rows: [
        { features, done: false },
        { features, done: matched },
      ],
      matched,
      tokens: 2,
      reachable: matched,
      baselines: {},
    };
  });
}

describe('held-out scores', () => {
  const shipped = shippedWeights().policy;
  test('of a problem do not depend on its own labels', () => {
    const plain = simulated(80);
    const flipped = simulated(80, new Set(['p7']));
    const own = (traces: FeatureTrace[]) =>
      scoreHeldOut(traces.slice(14, 16), traces, shipped).scored.map(({ alive }) => alive);
    assert.deepEqual(own(flipped), own(plain));
    const other = (traces: FeatureTrace[]) =>
      scoreHeldOut(traces.slice(20, 40), traces, shipped).scored.map(({ alive }) => alive);
    assert.notDeepEqual(other(flipped), other(plain));
  });
  test('of problems that no training saw come from the weights that ship', () => {
    const { scored, folds } = scoreHeldOut(simulated(4), [], shipped);
    assert.deepEqual(folds, [null, null, null, null]);
    assert.ok(scored.every(({ alive }) => alive.every((p) => p > 0 && p < 1)));
  });
});

describe('the validity simulation', () => {
  const scored = simulated(400).map((trace, i) => ({
    trace: { ...trace, matched: true },
    // One match in ten scores so low that the middle of the sequence gives it up.
    alive: [i % 10 === 0 ? 0.03 : 0.9, 0.9],
    done: [0, 0],
  }));
  const run = (size: number, alpha: number) =>
    simulate(scored, {
      path: Array.from({ length: 24 }, (_, i) => ({ tauAlive: 0.002 * 1.2 ** i, tauDone: 0.7 })),
      sets: 200,
      size,
      claim: { alpha, delta: 0.05, sampling: 'one-per-cluster' },
      saving: 0.01,
      random: seededRandom(5),
    });
  test('certifies nothing from too small a set', () => {
    assert.deepEqual(run(58, 0.05), {
      certified: 0,
      exceedByProblem: 0,
      exceedByMatch: 0,
      saving: 0,
    });
  });
  test('stops before the point that loses one match in ten at 5 %, and takes it at 20 %', () => {
    const strict = run(390, 0.05);
    assert.equal(strict.certified, 200);
    assert.ok(strict.exceedByProblem <= 20 && strict.saving <= 20);
    const lax = run(390, 0.2);
    assert.equal(lax.exceedByProblem, 0);
    assert.ok(lax.saving >= 190);
  });
});

test('the report of traces that no training saw: all rules, the goals, and the picture', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'report-'));
  try {
    const traces = join(folder, 'traces.jsonl');
    await writeTinyTraces(traces, [{ problem: 'one' }, { problem: 'two' }]);
    const out = join(folder, 'frontier.svg');
    const printed: string[] = [];
    await reportCommand(['--traces', traces, '--out', out, '--draws', '20'], (line) => {
      printed.push(line);
    });
    const text = printed.join('\n');
    assert.match(text, /n 2, 2 problems/);
    assert.match(text, /0 by cross-validation, 2 of problems that no training saw/);
    assert.match(text, /\| shortstop-patient \| 2\.0 \[2\.0, 2\.0\] \| 100\.0 /);
    assert.match(text, /\| peer-first-newline \| 2\.0 .* \| 100\.0 /);
    assert.match(text, /\| saver: at most 1\.25 x .* \| (not )?met \|/);
    assert.match(await readFile(out, 'utf8'), /first-newline<\/text>/);
  } finally {
    await rm(folder, { recursive: true });
  }
});
