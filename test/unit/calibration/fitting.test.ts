import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fitInThread } from '../../../server/calibration/fitting.ts';
import { calibrate } from '../../../server/learning/calibrate/calibration.ts';
import { lentWeights } from '../../../server/stopping/policy/weights.ts';
import { traceOf } from '../../support/feature-traces.ts';

const INPUT = {
  traces: Array.from({ length: 40 }, (_, i) => traceOf([0, -i], { problem: `file ${i}` })),
  ...{ known: lentWeights(), inForce: null, source: 'spans', look: 1 },
  facts: { modelDigest: '', engine: 'ollama 1', calibration: '' },
};

test('a thread of its own answers as the function does', async () => {
  assert.deepEqual(await fitInThread(INPUT, new AbortController().signal), calibrate(INPUT));
});

test('a fit that is aborted ends its thread', async () => {
  const abort = new AbortController();
  const fit = fitInThread(INPUT, abort.signal);
  abort.abort();
  await assert.rejects(fit, { name: 'AbortError' });
});
