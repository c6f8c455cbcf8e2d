import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { Editor } from '../support/editor.ts';
import { FakeOllama } from '../support/fake-ollama.ts';

/** Of `npm start`, unless another one is named. */
const STATE = process.env['PANEL_STATE'] ?? join(import.meta.dirname, '../../.shortstop/start');
const skip = !existsSync(join(STATE, 'shortstop.db')) && `no database in ${STATE}: run npm start`;

test('the panel shows a session that was recorded before', { skip }, async (t) => {
  const engine = await FakeOllama.start();
  t.after(() => engine.stop());
  const settings = { 'shortstop.engine.url': engine.url };
  const editor = await Editor.open({ files: {}, settings, state: STATE });
  t.after(() => editor.close());
  await editor.run('View: Close Primary Side Bar');
  await editor.run('Shortstop: Open Savings Panel');
  const panel = await editor.webview('#savings');
  await panel.locator('.banner', { hasText: 'Simulated.' }).waitFor();
  assert.equal(await panel.locator('#savings ~ .headline .missing').count(), 0);
  await editor.screenshot('panel');
});
