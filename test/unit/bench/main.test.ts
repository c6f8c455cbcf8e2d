import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { promisify } from 'node:util';
import { writeTinyTraces } from './tiny-traces.ts';

const run = promisify(execFile);
const entry = join(import.meta.dirname, '../../../bench/main.ts');

describe('the laboratory from the command line', () => {
  let folder = '';
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'bench-'));
  });
  after(() => rm(folder, { recursive: true }));

  test('replay --json prints one object of the published shape', async () => {
    const path = join(folder, 'traces.jsonl');
    await writeTinyTraces(path, [{ problem: 'p' }, { problem: 'q' }]);
    const { stdout } = await run(process.execPath, [entry, 'replay', '--traces', path, '--json']);
    const result = JSON.parse(stdout) as { n: number; rules: Record<string, unknown>[] };
    assert.deepEqual(Object.keys(result), ['n', 'reference', 'rules']);
    assert.equal(result.n, 2);
    const simple = result.rules.find(({ rule }) => rule === 'simple');
    assert.deepEqual(
      { ...simple, us_per_token: null },
      {
        rule: 'simple',
        tokens: 2,
        em: 1,
        reachable: 1,
        captured: 1,
        premature: 0,
        overrun: 0,
        lost: 0,
        us_per_token: null,
      },
    );
  });

  test('a broken file is named with its line, on the error stream, with status 1', async () => {
    const path = join(folder, 'broken.jsonl');
    await writeFile(path, '{"id":1}\n');
    await assert.rejects(
      run(process.execPath, [entry, 'replay', '--traces', path]),
      (error: { code?: number; stderr?: string }) =>
        error.code === 1 && (error.stderr ?? '').includes(`${path}:1: id:`),
    );
  });
});
