import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { extract } from '../../../bench/features/extract.ts';
import type { FeatureTrace } from '../../../server/learning/fit/feature-trace.ts';
import { readFeatures, writeFeatures } from '../../../bench/features/table.ts';
import { seededRandom } from '../../../server/learning/random.ts';
import {
  calibrationMatches,
  choosePresets,
  refuseOverlap,
} from '../../../server/learning/certify/calibrate.ts';
import { shipCommand } from '../../../bench/ship/command.ts';
import {
  inSmallSteps,
  longestChain,
  pathOf,
  type PathStep,
} from '../../../server/learning/certify/path.ts';
import { foldsOf } from '../../../server/learning/fit/folds.ts';
import type { ScoredTrace } from '../../../server/learning/fit/frontier.ts';
import { checkPath } from '../../../server/stopping/policy/aggressiveness.ts';
import { checkedWeights } from '../../../server/stopping/policy/weights-file.ts';
import { repeatCertificates } from '../../support/certificates.ts';
import { trace as recorded } from './samples.ts';

const FEATURES = join(import.meta.dirname, '../../../bench/data/features-0.5b.jsonl.gz');
const FACTS = { population: 'a test', modelDigest: '', engine: '', calibration: '' };

function trace(problem: string, change: Partial<FeatureTrace> = {}): FeatureTrace {
  const rows = Array.from({ length: 3 }, () => ({ features: [], done: false }));
  const base = { lang: '', kind: '', complete: true, matched: true, reachable: true };
  return { problem, ...base, tokens: 3, baselines: {}, rows, ...change };
}

/** A match that is lost above `alive`. */
const match = (problem: string, alive: number): ScoredTrace => ({
  trace: trace(problem),
  alive: [alive, 1, 1],
  done: [0, 0, 0],
});

const step = (tauAlive: number, tokens: number, matches: number): PathStep => ({
  stored: { tauAlive, tauDone: 1, showBar: 0 },
  scored: { tauAlive, tauDone: 1, tokens, matches },
});
const PATH = [step(0, 9, 100), step(0.1, 8, 100), step(0.2, 7, 98), step(0.3, 6, 95)];
/** So many matches, of which four are lost from the third point of `PATH` on, and a tenth from the fourth. */
const matches = (n: number): ScoredTrace[] =>
  Array.from({ length: n }, (_, i) => match(`p${i}`, i < 4 ? 0.15 : i < n / 10 ? 0.25 : 0.9));

describe('the calibration', () => {
  test('shares no problem and no package with the training, or is refused with a count', () => {
    const of = (...names: string[]) => names.map((name) => trace(name));
    assert.doesNotThrow(() => {
      refuseOverlap(of('a', 'b'), of('c', 'c'));
    });
    assert.throws(() => {
      refuseOverlap(of('a', 'b'), of('b', 'b', 'c'));
    }, /^Error: 1 of 2 calibration problems are of the training/);
    assert.throws(() => {
      refuseOverlap([trace('a', { packageId: 'npm:x' })], [trace('b', { packageId: 'npm:x' })]);
    }, /^Error: 1 of 1 calibration packages are of the training/);
  });
  test('is one match of each problem, the same at every look, whatever any policy does', () => {
    const traces = Array.from({ length: 90 }, (_, i) =>
      trace(`p${i % 30}`, { tokens: i, matched: i % 30 !== 7 }),
    );
    const drawn = calibrationMatches(traces);
    assert.equal(drawn.length, 29);
    assert.equal(new Set(drawn.map(({ problem }) => problem)).size, 29);
    assert.deepEqual(calibrationMatches(traces), drawn);
    assert.ok(
      drawn.some(({ tokens }) => tokens >= 30),
      'not always the first',
    );
  });
  test('counts a cut trace where the reference had decided by its end', () => {
    const cut = { complete: false };
    const traces = [
      trace('a', { ...cut, decided: true }),
      trace('b', { ...cut, decided: false }),
      trace('c', cut),
      trace('d'),
    ];
    assert.deepEqual(
      calibrationMatches(traces).map(({ problem }) => problem),
      ['a', 'd'],
    );
  });
  test('knows from the extraction whether the reference had decided', () => {
    const decided = (tokens: string[], end: 'cut' | 'cap') =>
      extract(recorded(tokens, 'foo;', { end })).decided;
    assert.equal(decided(['foo', ';', '\n', 'more'], 'cut'), true);
    assert.equal(decided(['foo', ' bar'], 'cut'), false);
    assert.equal(decided(['foo', ' bar'], 'cap'), undefined);
  });
});

describe('the path', () => {
  const random = seededRandom(5);
  const held = Array.from({ length: 200 }, (_, i): ScoredTrace => {
    const matched = i % 4 === 0;
    const alive = Array.from({ length: 8 }, () => (matched ? 0.2 : 0) + 0.6 * random());
    const done = alive.map((p) => p * random());
    const rows = alive.map(() => ({ features: [], done: matched && random() < 0.3 }));
    return { trace: trace(`p${i}`, { matched, tokens: 8, rows }), alive, done };
  });
  const path = pathOf(held);
  test('begins at the patient reference, and no step turns back', () => {
    assert.deepEqual(path[0]?.stored, { tauAlive: 0, tauDone: 1, showBar: 0 });
    assert.equal(path[0].scored.matches, 50);
    assert.equal(path[0].scored.tokens, 8);
    checkPath(path.slice(1).map(({ stored }) => stored));
    path.slice(1).forEach(({ scored }, i) => {
      assert.ok(scored.tokens <= (path[i]?.scored.tokens ?? 0), 'a later decision');
    });
  });
  test('takes small steps, gets somewhere, and ends where no preset is of use', () => {
    const alive = path.map(({ stored }) => stored.tauAlive).filter((p) => p > 0.02);
    alive.slice(1).forEach((p, i) => {
      assert.ok(p <= 1.06 * (alive[i] ?? 0), `from ${alive[i]} to ${p}`);
    });
    const last = path.at(-1)?.scored;
    assert.ok(last && last.tokens < 8 && last.matches >= 39, JSON.stringify(last));
  });
  test('keeps the points that it was given, with others between them', () => {
    const at = (tauAlive: number, tauDone: number) => ({ tauAlive, tauDone, showBar: 0 });
    const points = [at(0.1, 1), at(0.12, 0.8), at(0.12, 0.7)];
    const steps = inSmallSteps(points);
    assert.equal(steps.length, 6, JSON.stringify(steps));
    for (const point of points) assert.ok(steps.some((step) => step.tauDone === point.tauDone));
    checkPath(steps);
  });
  test('takes the most points of the frontier that stand in order', () => {
    const at = (tauAlive: number, tauDone: number) => ({ tauAlive, tauDone });
    const points = [at(0.1, 0.9), at(0.5, 0.9), at(0.2, 0.8), at(0.3, 0.8), at(0.4, 0.9)];
    assert.deepEqual(longestChain(points), [points[0], points[2], points[3]]);
  });
});

describe('a preset', () => {
  const at = (n: number, path = PATH) =>
    choosePresets(path, { matches: matches(n), facts: FACTS }).map(({ step: own, certificate }) => [
      own.stored.tauAlive,
      certificate && [certificate.alpha, certificate.n, certificate.k],
    ]);
  test('is the boldest point that passed at its own alpha, where there are matches enough', () => {
    assert.deepEqual(at(2000), [
      [0.2, [0.01, 2000, 4]],
      [0.2, [0.02, 2000, 4]],
      [0.2, [0.05, 2000, 4]],
    ]);
    // 400 are enough at 5 %, where a tenth is lost at 0.3, and few at 2 %.
    assert.deepEqual(at(400), [
      [0.1, [0.01, 400, 0]],
      [0.2, [0.05, 400, 4]],
      [0.2, [0.05, 400, 4]],
    ]);
  });
  test('that nothing passed for is chosen by its share, and has no certificate', () => {
    assert.deepEqual(at(20), [
      [0.1, null],
      [0.2, null],
      [0.3, null],
    ]);
    const without = choosePresets(PATH, null);
    assert.deepEqual(
      without.map(({ step: own }) => own.stored.tauAlive),
      [0.1, 0.2, 0.3],
    );
    assert.ok(without.every(({ certificate }) => certificate === null));
  });
  test('that too few matches stand behind at its own alpha says the smallest that they bear', () => {
    // 100 matches: none lost at 0.1, which is 5 % at best; four lost at 0.2, which is 10 %.
    assert.deepEqual(at(100), [
      [0.1, [0.05, 100, 0]],
      [0.2, [0.1, 100, 4]],
      [0.3, null],
    ]);
    assert.deepEqual(at(40), [
      [0.1, [0.1, 40, 0]],
      [0.2, null],
      [0.3, null],
    ]);
  });
  test('says what holds where the files of one package go wrong together', () => {
    /** Twenty matches of each package; the last package loses every one at 0.1. */
    const of = (packages: number) => {
      const all = Array.from({ length: packages }, (_, i) =>
        Array.from({ length: 20 }, (__, j) => {
          const one = match(`p${i}-${j}`, i === packages - 1 ? 0.05 : 0.9);
          return { ...one, trace: { ...one.trace, packageId: `npm:p${i}` } };
        }),
      ).flat();
      const path = [step(0, 9, 100), step(0.1, 8, 100)];
      return choosePresets(path, { matches: all, facts: FACTS }).at(-1)?.certificate;
    };
    // 20 of 1,600 files are far below 5 %; one of 80 packages may be all that is rare or the tip of more.
    assert.deepEqual([of(80)?.alpha, of(80)?.n, of(80)?.k], [0.05, 1600, 20]);
    assert.deepEqual(of(80)?.byPackage, { packages: 80, alpha: 0.1 });
    assert.deepEqual(of(200)?.byPackage, { packages: 200, alpha: 0.05 });
    assert.deepEqual(of(32)?.byPackage, { packages: 32, alpha: null });
  });
  test('that would be bolder than the next one takes that one with its certificate', () => {
    // 200 matches: too few at 1 %; none lost at 0.1, which passes at 2 and 5 %.
    const path = [step(0, 9, 100), step(0.1, 8, 100), step(0.12, 7, 100), step(0.2, 6, 80)];
    assert.deepEqual(at(200, path).slice(0, 2), [
      [0.12, [0.02, 200, 0]],
      [0.12, [0.02, 200, 0]],
    ]);
    const bolder = [step(0, 9, 100), step(0.1, 8, 100), step(0.2, 7, 100), step(0.3, 6, 80)];
    assert.deepEqual(at(200, bolder).slice(0, 2), [
      [0.2, [0.05, 200, 4]],
      [0.2, [0.05, 200, 4]],
    ]);
  });
  test('is not certified by a point that saves nothing', () => {
    const path = [step(0, 9, 100), step(0.1, 9, 100), step(0.2, 9, 100)];
    assert.ok(at(400, path).every(([, certificate]) => certificate === null));
  });
});

test('ship certifies on two thirds of the problems what it fitted on the others, and it repeats', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'shortstop-ship-'));
  try {
    const traces = await readFeatures(FEATURES);
    const third = foldsOf(
      traces.map(({ problem }) => problem),
      3,
      1,
    );
    const [train, calibrate, out] = ['train.gz', 'calibrate.gz', 'weights.json'].map((name) =>
      join(folder, name),
    ) as [string, string, string];
    await writeFeatures(
      train,
      traces.filter((_, i) => third[i] === 0),
    );
    await writeFeatures(
      calibrate,
      traces.filter((_, i) => third[i] !== 0),
    );
    const lines: string[] = [];
    const ship = (...more: string[]) =>
      shipCommand(['--features', train, ...more, '--out', out], (line) => lines.push(line));
    await assert.rejects(ship('--calibrate', train), /calibration problems are of the training/);
    await ship('--calibrate', calibrate, '--of', 'a test');
    const first = await readFile(out, 'utf8');
    await shipCommand(
      ['--keep', out, '--calibrate', calibrate, '--of', 'a test', '--out', out],
      (line) => lines.push(line),
    );
    assert.equal(await readFile(out, 'utf8'), first, 'certified anew without another fit');
    const file = checkedWeights(JSON.parse(await readFile(out, 'utf8')));
    await repeatCertificates(file, calibrate);
    const saver = file.certified?.saver;
    assert.ok(file.certified && saver, lines.join('\n'));
    assert.match(saver.population, /^reference matches in \d+ files of a test$/);
    const tampered = { ...file.certified, saver: { ...saver, k: saver.k + 1 } };
    await assert.rejects(repeatCertificates({ ...file, certified: tampered }, calibrate), /saver/);
  } finally {
    await rm(folder, { recursive: true });
  }
});
