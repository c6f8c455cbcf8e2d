import assert from 'node:assert/strict';
import { test } from 'node:test';
import { costOf, CPU_WATTS, GPU_WATTS } from '../../../server/figures/cost.ts';
import type { CostTotals } from '../../../server/figures/rows.ts';
import { formatEnergy } from '../../../shared/figures.ts';

const ROW: CostTotals = {
  ...{ meter: null, onGpu: 0, n: 10, engineMs: 2000, joules: 0 },
  ...{ counted: 4, promptTokens: 400, countedChars: 1600, promptChars: 4000 },
};

test('each energy says whether it was measured, and by what or on which assumption', () => {
  const { energy } = costOf({
    costs: [ROW, { ...ROW, onGpu: 1 }, { ...ROW, meter: 'rapl', joules: 42 }],
  });
  assert.deepEqual(energy, [
    { how: 'estimated', by: '30 W of a CPU', joules: 2 * CPU_WATTS, n: 10 },
    { how: 'estimated', by: '37 W of a GPU', joules: 2 * GPU_WATTS, n: 10 },
    { how: 'measured', by: 'the CPU packages as a whole, by RAPL', joules: 42, n: 10 },
  ]);
});

test('the power is that of all requests together, by their engine time', () => {
  const { watts } = costOf({ costs: [ROW, { ...ROW, meter: 'rapl', joules: 42 }] });
  assert.equal(watts, (2 * CPU_WATTS + 42) / 4);
  assert.equal(costOf({ costs: [] }).watts, null);
});

test('37 W of a GPU are the 0.12 J a token that were measured at 3.3 ms a token', () => {
  assert.ok(Math.abs(GPU_WATTS * 0.0033 - 0.12) < 0.005);
});

test('prompts that nobody counted are estimated by those that were counted', () => {
  assert.deepEqual(costOf({ costs: [ROW] }).promptTokens, {
    ...{ counted: 400, countedRequests: 4, estimated: 600 },
  });
  const uncounted = { ...ROW, counted: 0, promptTokens: 0, countedChars: 0 };
  assert.equal(costOf({ costs: [uncounted] }).promptTokens.estimated, Math.round(4000 / 3));
  assert.deepEqual(costOf({ costs: [] }).energy, []);
});

test('energy is written in the unit that fits', () => {
  const written = [0.42, 42, 1500, 756_000].map((joules) =>
    formatEnergy(joules).replace(/\s/, ' '),
  );
  assert.deepEqual(written, ['0.4 J', '42 J', '1.5 kJ', '0.21 kWh']);
});
