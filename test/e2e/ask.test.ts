import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { Editor } from '../support/editor.ts';
import { FakeOllama, type FakeOptions } from '../support/fake-ollama.ts';

const PRICES = `/** Prices in cents. */
export class Prices {
  withTax(price: number, percent: number): number {
    const tax = (price * percent) / 100;
    return price + tax;
  }
}
`;
const REWRITTEN = `withTax(price: number, percent: number): number {
  return price * (1 + percent / 100);
}`;

let fake: FakeOllama;
let editor: Editor;
const pace: FakeOptions & { chatPieces: string[] } = { tokenMs: 20, chatPieces: [] };

before(async () => {
  fake = await FakeOllama.start(pace);
  editor = await Editor.open({
    files: { 'prices.ts': PRICES },
    settings: { 'shortstop.engine.url': fake.url },
  });
});

after(async () => {
  await editor.close();
  await fake.stop();
});

test('a question, one that follows in the same thread, and its code in the place of the selection', async () => {
  const { page } = editor;
  pace.chatPieces = ['It adds ', 'a tax to ', 'a price.'];
  await editor.openFile('prices.ts');
  await editor.goTo(3, 1);
  for (let line = 0; line < 4; line++) await page.keyboard.press('Shift+ArrowDown');
  await editor.run('Shortstop: Ask Inline…');
  await editor.answer('What does this do?');
  const thread = page.locator('.review-widget');
  const answers = thread.locator('.comment-body', { hasText: /tokens\sin/ });
  await answers.first().waitFor();

  pace.chatPieces = ['Shorter:\n\n```ts\n', REWRITTEN, '\n```', '\n\nThis ', 'is shorter.'];
  await thread.locator('.review-thread-reply-button').click();
  await page.keyboard.type('Rewrite it shorter.');
  await thread.locator('.monaco-text-button', { hasText: 'Ask a Follow-Up' }).click();
  await answers.nth(1).waitFor();
  const shown = (await answers.nth(1).innerText()).replaceAll('\u00a0', ' ');
  assert.match(shown, /stopped: the code is complete, at most 597 tokens avoided/);
  assert.doesNotMatch(shown, /is shorter\./);
  await editor.screenshot('ask-follow-up');
  const messages = fake.generations.at(-1)?.body['messages'] as { content: string }[];
  assert.deepEqual(
    messages.slice(2).map(({ content }) => content),
    ['It adds a tax to a price.', 'Rewrite it shorter.'],
  );

  await thread.locator('.action-label[aria-label*="Replace with Code"]').click();
  await page.locator('.tab.active[data-resource-name="prices.ts"]').waitFor();
  await page.locator('.monaco-diff-editor .line-insert').first().waitFor();
  await editor.screenshot('replace-diff');
  assert.equal(await readFile(join(editor.folder, 'prices.ts'), 'utf8'), PRICES);
  await page.locator('.action-label[aria-label*="Apply This Replacement"]').first().click();
  await page.locator('.monaco-diff-editor').waitFor({ state: 'detached' });
  await editor.save();
  const indented = REWRITTEN.split('\n')
    .map((line) => `  ${line}`)
    .join('\n');
  assert.equal(
    await readFile(join(editor.folder, 'prices.ts'), 'utf8'),
    `/** Prices in cents. */\nexport class Prices {\n${indented}\n}\n`,
  );
});

test('a replacement that is discarded changes nothing', async () => {
  const { page } = editor;
  const before = await readFile(join(editor.folder, 'prices.ts'), 'utf8');
  const thread = page.locator('.review-widget');
  await thread.locator('.action-label[aria-label*="Replace with Code"]').click();
  await page.locator('.monaco-diff-editor').waitFor();
  await page.locator('.action-label[aria-label*="Discard This Replacement"]').first().click();
  await page.locator('.monaco-diff-editor').waitFor({ state: 'detached' });
  assert.equal(await page.locator('.tab.dirty').count(), 0);
  assert.equal(await readFile(join(editor.folder, 'prices.ts'), 'utf8'), before);
});
