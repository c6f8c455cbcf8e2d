import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { answering } from '../support/answers.ts';
import { shortstop } from '../support/cli.ts';
import { FakeOllama } from '../support/fake-ollama.ts';

const SMALL = 'qwen2.5-coder:0.5b';
const LARGE = 'qwen2.5-coder:1.5b';

test('two models in one database: a profile, escalations with reasons, an experiment with its verdict', async (t) => {
  const state = mkdtempSync(join(tmpdir(), 'shortstop-demo-ensemble-'));
  const engine = await FakeOllama.start({
    models: [
      { name: SMALL, digest: '1'.repeat(64) },
      { name: LARGE, digest: '2'.repeat(64) },
    ],
    answer: ({ body }) =>
      body['model'] === LARGE
        ? answering('larger', '.', 'map', '(', ');', '\n')
        : answering('items', '.', 'map', '(', ');', '\n'),
  });
  t.after(async () => {
    await engine.stop();
    rmSync(state, { recursive: true });
  });
  const args = ['demo-ensemble', '--places', '3', '--both', '4', '--state', state];
  const { code, stdout, stderr } = await shortstop([...args, '--url', engine.url]);
  assert.equal(code, 0, stderr);
  assert.match(stdout, /^ {2}whole blocks +EM .* tokens a request, boldness [\d.]+ behind it$/m);
  assert.match(stdout, /: tauAlive [\d.]+, labels: \d+ without an offer, \d+ behind one; matches/);
  assert.match(
    stdout,
    /qwen2\.5-coder:0\.5b \(\w+\) -> qwen2\.5-coder:1\.5b \(\w+\): worth it: gain/,
  );
  assert.match(
    stdout,
    /a \d+ stretches, 0\s% matches; b \d+ stretches, 100\s% matches; better, winner b, adopted/,
  );
  const { tables } = JSON.parse(readFileSync(join(state, 'rows.json'), 'utf8')) as {
    readonly tables: Readonly<Record<string, readonly unknown[]>>;
  };
  assert.equal(tables['experiments']?.length, 1);
  assert.equal((await shortstop(args)).code, 2, 'a database that is there is left alone');
});
