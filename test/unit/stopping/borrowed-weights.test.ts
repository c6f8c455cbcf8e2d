import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { describe, test } from 'node:test';
import {
  borrowWeights,
  policyHash,
  type BorrowingFile,
} from '../../../server/stopping/policy/borrowed-weights.ts';
import { checkedWeights } from '../../../server/stopping/policy/weights-file.ts';
import { weightsFor } from '../../../server/stopping/policy/weights.ts';

const FILE = new URL(
  '../../../server/stopping/policy/weights/qwen2.5-coder-0.5b.json',
  import.meta.url,
);
const DIGEST = `sha256:${'2'.repeat(64)}`;
const OTHER = `sha256:${'3'.repeat(64)}`;

const lender = checkedWeights(JSON.parse(await readFile(FILE, 'utf8')));
const point = (tauAlive: number) => ({ tauDone: 0.5, tauAlive, showBar: 0 });
const borrowing: BorrowingFile = {
  model: 'Another 2B',
  name: 'another[-:]2b',
  digests: [DIGEST],
  engine: 'engine 1.0',
  certified: null,
  borrows: { model: lender.model, policy: policyHash(lender) },
  presets: { faithful: point(0.01), balanced: point(0.02), saver: point(0.03) },
  chosenOn: { traces: 321, problems: 200, sha256: '' },
};

describe('borrowed weights', () => {
  const file = borrowWeights(borrowing, [lender]);
  const files = [lender, file];

  test('are the numbers of the lender under thresholds of their own', () => {
    const own = weightsFor({ name: 'x', digest: DIGEST }, files);
    const lent = weightsFor({ name: 'x', digest: lender.digests[0] ?? '' }, files);
    assert.equal(own?.policy.alive, lent?.policy.alive);
    assert.equal(own?.policy.done, lent?.policy.done);
    assert.deepEqual(own?.thresholds, borrowing.presets);
    assert.notDeepEqual(lent?.thresholds, borrowing.presets);
  });
  test('lend nothing that was chosen or certified on the traces of the lender', () => {
    const more = { ...lender, path: [point(0.9)], certificate: 'of the lender' };
    assert.deepEqual(borrowWeights(borrowing, [more]), file);
    assert.equal(file.certified, null);
  });
  test('say whose they are, on what the thresholds were chosen, and that nothing is certified', () => {
    const own = weightsFor({ name: 'x', digest: DIGEST }, files);
    assert.equal(
      own?.trainedOn,
      `${lender.trainedOn.traces} traces of another model, ${lender.model}, with thresholds chosen on 321 traces of Another 2B on engine 1.0, this very file`,
    );
    assert.equal(own.certified, null);
    const named = weightsFor({ name: 'Another:2B-q8', digest: OTHER }, files);
    assert.equal(named?.sameFile, false);
    assert.match(named.trainedOn, /another digest of the same model$/);
  });
  test('are refused once the lender was trained again, or is missing', () => {
    const retrained = {
      ...lender,
      alive: { kind: 'trees', bias: 0, trees: [{ value: 1 }] },
    } as const;
    assert.throws(() => borrowWeights(borrowing, [retrained]), /chosen for other weights/);
    assert.throws(() => borrowWeights(borrowing, []), /no weights of .* to borrow/);
  });
  test('with a threshold that is no probability are refused like any other', () => {
    const presets = { ...borrowing.presets, saver: point(1.5) };
    assert.throws(
      () => checkedWeights(borrowWeights({ ...borrowing, presets }, [lender])),
      /Another 2B: a threshold of saver is no probability/,
    );
  });
});
