import assert from 'node:assert/strict';
import { createServer, type AddressInfo } from 'node:net';
import { after, before, test } from 'node:test';
import { answering } from '../support/answers.ts';
import { Editor, READY } from '../support/editor.ts';
import { FAKE_MODEL, FakeOllama } from '../support/fake-ollama.ts';

/** The engine answers at once. Milliseconds. */
const PATIENCE = 30_000;

let port: number;
let engine: FakeOllama | undefined;
let editor: Editor;

before(async () => {
  port = await freePort();
  editor = await Editor.open({
    files: { 'a.ts': '' },
    settings: {
      'shortstop.engine.url': `http://127.0.0.1:${port}`,
      'workbench.welcomePage.walkthroughs.openOnInstall': true,
    },
    status: /Ollama is not running/,
  });
  editor.page.setDefaultTimeout(PATIENCE);
});

after(async () => {
  await editor.close();
  await engine?.stop();
});

function freePort(): Promise<number> {
  const server = createServer();
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      const { port: free } = server.address() as AddressInfo;
      server.close(() => resolve(free));
    });
  });
}

test('the first start opens the way to a first suggestion, and ends with one', async () => {
  const { page } = editor;
  const steps = page.locator('.gettingStartedContainer .getting-started-step');
  await steps.filter({ hasText: 'Ollama runs the model' }).waitFor();
  assert.equal(await steps.count(), 5);
  await editor.screenshot('first-run');

  await steps.locator('.monaco-button', { hasText: 'Start or Get Ollama' }).click();
  const choices = page.locator('.quick-input-widget:visible .monaco-list-row');
  await choices.filter({ hasText: 'Get Ollama' }).waitFor();
  await choices.filter({ hasText: 'Open Settings' }).waitFor();
  await page.keyboard.press('Escape');

  engine = await FakeOllama.start({
    ...{ port, models: [], pullable: [FAKE_MODEL], tokenMs: 300 },
    answer: () => answering('price', ' *', ' 2', ';', '\n'),
  });
  await editor.statusBar(/is not installed/);
  await steps.filter({ hasText: 'Choose a model' }).click();
  await steps.locator('.monaco-button', { hasText: 'Choose a Model' }).click();
  await choices.filter({ hasText: /0\.5b.*recommended.*to download/s }).waitFor();
  await editor.screenshot('choose-model');
  await choices.filter({ hasText: FAKE_MODEL }).click();
  await page.locator('.notification-toast', { hasText: `Pulling ${FAKE_MODEL}` }).waitFor();
  await editor.statusBar(READY);

  await steps.filter({ hasText: 'Try it' }).click();
  await steps.locator('.monaco-button', { hasText: 'Open a Scratch File' }).click();
  assert.match(await editor.ghostText(), /price \* 2/);
  await editor.screenshot('try-it');
});

test('the way does not open by itself a second time', async () => {
  await editor.reload();
  await editor.statusBar(READY);
  await editor.page.waitForTimeout(2000);
  assert.equal(await editor.page.locator('.gettingStartedContainer').count(), 0);
});
