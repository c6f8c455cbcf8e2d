import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { answering } from '../support/answers.ts';
import { shortstop } from '../support/cli.ts';
import { FakeOllama } from '../support/fake-ollama.ts';

test('two scripted users leave a table, a picture and the rows behind both', async (t) => {
  const state = mkdtempSync(join(tmpdir(), 'shortstop-demo-learning-'));
  const engine = await FakeOllama.start({
    answer: () => answering('items', '.', 'map', '(', ');', '\n'),
  });
  t.after(async () => {
    await engine.stop();
    rmSync(state, { recursive: true });
  });
  const args = ['demo-learning', '--places', '3', '--state', state, '--url', engine.url];
  const { code, stdout, stderr } = await shortstop(args);
  assert.equal(code, 0, stderr);
  assert.match(stdout, /^short lines +3 /m);
  assert.match(stdout, /^whole blocks: boldness [\d.]+ -> [\d.]+, tokens [\d.]+, EM/m);
  assert.match(readFileSync(join(state, 'learning.svg'), 'utf8'), /^<svg /);
  const { tables } = JSON.parse(readFileSync(join(state, 'rows.json'), 'utf8')) as {
    readonly tables: Readonly<Record<string, readonly unknown[]>>;
  };
  assert.equal(tables['requests']?.length, 9);
  assert.match(JSON.stringify(tables['policy_state']), /hedge/);
  assert.ok(existsSync(join(state, 'shortstop.db')));
  assert.equal((await shortstop(args)).code, 2, 'a database that is there is left alone');
});
