import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { branching, givenOf } from '../support/branching-engine.ts';
import { Editor } from '../support/editor.ts';
import { FakeOllama } from '../support/fake-ollama.ts';
import { candidateRows, waitForSettled } from '../support/ledger-reader.ts';

/** The model is least sure of the first word, then of the operator; of what stands behind `unsure = ` it knows nothing. */
const ANSWERS = branching({
  '': { next: { price: 0.6, total: 0.3, sum: 0.001 }, then: [' * amount', ';', '\n'] },
  price: { next: { ' * amount': 0.8, ' + tax': 0.15 }, then: [';', '\n'] },
  total: { next: { ' + tax': 0.9 }, then: [';', '\n'] },
  'price + tax': { next: { ';': 0.9 }, then: ['\n'] },
});
const UNSURE = branching({ '': { next: { x: 0.02 }, then: ['\n'] } });
const SURE = branching({ '': { next: { price: 0.99 }, then: [';', '\n'] } });
/** The engine answers at once. Milliseconds. */
const PATIENCE = 30_000;

let engine: FakeOllama;
let editor: Editor;

before(async () => {
  engine = await FakeOllama.start({
    answer: (request) => {
      const prompt = String(request.body['prompt']);
      if (prompt.includes('unsure')) return UNSURE(request);
      return prompt.includes('sure') ? SURE(request) : ANSWERS(request);
    },
  });
  editor = await Editor.open({
    files: {
      'bill.ts': 'export const bill =\n',
      'unsure.ts': 'export const unsure =\n',
      'sure.ts': 'export const sure =\n',
      '.env': 'KEY=\n',
    },
    settings: {
      ...{ 'shortstop.engine.url': engine.url, 'shortstop.withheldRate': 0 },
      'shortstop.controlRate': 0,
    },
  });
  editor.page.setDefaultTimeout(PATIENCE);
});

after(async () => {
  await editor.close();
  await engine.stop();
});

test('Alt+] asks for other suggestions and shows the next, Alt+[ the one before, and the row says which was taken', async () => {
  const { keyboard } = editor.page;
  await editor.openFile('bill.ts');
  await editor.goTo(1, 20);
  const before = engine.generations.length;
  await keyboard.type(' ');
  await editor.ghostTextIs('price * amount;');
  assert.deepEqual(engine.generations.slice(before).map(givenOf), ['']);

  await keyboard.press('Alt+]');
  await editor.ghostTextIs('total + tax;');
  await editor.screenshot('next-suggestion');
  const asked = engine.generations.length;
  await keyboard.press('Alt+]');
  await editor.ghostTextIs('price + tax;');
  await keyboard.press('Alt+[');
  await editor.ghostTextIs('total + tax;');
  assert.equal(engine.generations.length, asked);

  await keyboard.press('Tab');
  await editor.noGhostText();
  await editor.save();
  const saved = await readFile(join(editor.folder, 'bill.ts'), 'utf8');
  assert.equal(saved, 'export const bill = total + tax;\n');
  const [row] = await waitForSettled(editor.stateFolder, 1);
  assert.equal(row?.outcome, 'rejected');
  assert.equal(row.exact_match, 0);
  assert.deepEqual(candidateRows(editor.stateFolder), [
    { candidate: 2, accepted: 1, matched: 1 },
    { candidate: 3, accepted: 0, matched: 0 },
  ]);
});

test('Alt+\\ with nothing to offer says why in the status bar', async () => {
  const { keyboard } = editor.page;
  await editor.openFile('unsure.ts');
  await editor.goTo(1, 22);
  await keyboard.type(' ');
  await keyboard.press('Alt+\\');
  await editor.statusSays(/The model was too unsure of what comes here \(\d/);
  await editor.screenshot('nothing-to-suggest');
  assert.equal(await editor.page.locator('.notification-toast').count(), 0);

  await editor.openFile('.env');
  await editor.goTo(1, 5);
  await keyboard.press('Alt+\\');
  await editor.statusSays(/This file is never read/);
});

test('Alt+] says so where the model sees no other way', async () => {
  const { keyboard } = editor.page;
  await editor.openFile('sure.ts');
  await editor.goTo(1, 20);
  await keyboard.type(' ');
  await editor.ghostTextIs('price;');
  await keyboard.press('Alt+]');
  await editor.statusSays(/The model sees no other way to go on here/);
  assert.equal(await editor.ghostText(), 'price;');
});
