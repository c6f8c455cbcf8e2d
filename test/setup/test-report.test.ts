import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { closingLines, readReport } from '../../scripts/test-report.mjs';

const TESTS = `
import { describe, test } from 'node:test';
test('runs', () => {});
test('fails', () => { throw new Error('no'); });
test('wants traces', { skip: 'the traces are not here' }, () => {});
describe('a suite', () => {
  test('finds (1 of 2) missing', (context) => context.skip('the traces are not here'));
});
describe('a whole suite', { skip: 'nothing is built yet' }, () => { test('inside', () => {}); });
test('just because', { skip: true }, () => {});
`;

test('a run of tests ends with why tests were skipped, each reason once, and the count', () => {
  const folder = mkdtempSync(join(tmpdir(), 'shortstop-report-'));
  try {
    const file = join(folder, 'some.test.mjs');
    writeFileSync(file, TESTS);
    const env = { ...process.env };
    delete env['NODE_TEST_CONTEXT'];
    const args = ['--test', '--test-reporter=spec', file];
    const { stdout } = spawnSync(process.execPath, args, { encoding: 'utf8', env });
    assert.deepEqual(closingLines(readReport(stdout)), [
      'skipped: the traces are not here',
      '  wants traces',
      '  finds (1 of 2) missing',
      'skipped: nothing is built yet',
      '  a whole suite',
      'skipped: the test gives no reason',
      '  just because',
      '1 passed, 1 failed, 4 skipped',
    ]);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
