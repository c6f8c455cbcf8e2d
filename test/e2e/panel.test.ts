import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { AxeBuilder } from '@axe-core/playwright';
import { until as waitUntil } from '../support/answers.ts';
import type { Frame } from 'playwright-core';
import { panelHtml } from '../../media/panel-view.ts';
import { learned, messageOf, usualDay } from '../panel/samples.ts';
import { Editor } from '../support/editor.ts';
import { FakeOllama } from '../support/fake-ollama.ts';
import { themes, waitForTheme } from '../support/themes.ts';

/** Pixels: the narrowest column that people give a panel, and a window's. */
const WIDTHS = [280, 1200];

let engine: FakeOllama;
let editor: Editor;
let panel: Frame;

before(async () => {
  engine = await FakeOllama.start();
  editor = await Editor.open({
    files: { 'a.ts': 'const a = ;\n' },
    settings: { 'shortstop.engine.url': engine.url, 'shortstop.withheldRate': 0 },
  });
  await editor.openFile('a.ts');
  await editor.goTo(1, 10);
  await editor.page.keyboard.type(' ');
  await editor.ghostText();
  await editor.run('View: Close Primary Side Bar');
  await editor.run('Shortstop: Open Savings Panel');
  panel = await editor.webview('#preset');
});

after(async () => {
  await editor.close();
  await engine.stop();
});

/** What the user's own settings have for a key. */
async function setting(key: string): Promise<unknown> {
  const file = join(editor.stateFolder, '../../settings.json');
  const text = await readFile(file, 'utf8');
  // Empty while it is being written.
  return text === '' ? undefined : (JSON.parse(text) as Record<string, unknown>)[key];
}

function until(isSo: () => Promise<boolean>): Promise<void> {
  return waitUntil(isSo, 'what was done in the panel', 20_000);
}

test('an arrow key on the slider sets the preset, and the focus stays there while figures come', async () => {
  const slider = panel.locator('#preset');
  await slider.focus();
  await slider.press('ArrowRight');
  await until(async () => (await setting('shortstop.stopping.preset')) === 'saver');
  await panel.locator('#preset-words', { hasText: /^saver: / }).waitFor();
  // Figures are asked for every five seconds.
  await editor.page.waitForTimeout(6000);
  assert.equal(await panel.evaluate(() => document.activeElement?.id), 'preset');
  assert.equal(await slider.inputValue(), '2');
  assert.match((await slider.getAttribute('aria-valuetext')) ?? '', /^saver: .*not certified/);
});

test('the point in the chart is dragged to another preset', async () => {
  const dot = async (name: string) => {
    const box = await panel.locator(`.frontier [data-point="${name}"]`).boundingBox();
    assert.ok(box);
    return [box.x + box.width / 2, box.y + box.height / 2] as const;
  };
  const { mouse } = editor.page;
  await panel.locator('.frontier').scrollIntoViewIfNeeded();
  await mouse.move(...(await dot('saver')));
  await mouse.down();
  await mouse.move(...(await dot('faithful')), { steps: 5 });
  await panel.locator('#preset-words', { hasText: /^faithful: / }).waitFor();
  await mouse.up();
  await until(async () => (await setting('shortstop.stopping.preset')) === 'faithful');
});

test('a slider that is held keeps its place while figures come', async () => {
  const slider = panel.locator('#preset');
  const box = await slider.boundingBox();
  assert.ok(box);
  const { mouse } = editor.page;
  await mouse.move(box.x + 8, box.y + box.height / 2);
  await mouse.down();
  await mouse.move(box.x + box.width - 8, box.y + box.height / 2, { steps: 4 });
  await editor.page.waitForTimeout(6000);
  assert.equal(await slider.inputValue(), '2');
  assert.equal(await setting('shortstop.stopping.preset'), 'faithful');
  await mouse.up();
  await until(async () => (await setting('shortstop.stopping.preset')) === 'saver');
});

test('a language gets a length of its own', async () => {
  const slider = panel.locator('#length-typescript');
  await slider.focus();
  await slider.press('ArrowLeft');
  const own = async () =>
    ((await setting('[typescript]')) as Record<string, unknown> | undefined)?.[
      'shortstop.multiLine'
    ];
  await until(async () => (await own()) === 'never');
  await panel.locator('#length-typescript-words', { hasText: 'the rest of the line' }).waitFor();
  assert.equal(await setting('shortstop.multiLine'), undefined);
});

test('the figures are saved as a picture, a table and JSON', async () => {
  for (const format of ['png', 'csv', 'json']) {
    await panel.locator(`#save-${format}`).click();
    const name = editor.page.locator('.quick-input-widget:visible input[type="text"]');
    await name.waitFor();
    const isAsked = async () => (await name.inputValue()).endsWith(`shortstop-savings.${format}`);
    await until(isAsked);
    await editor.page.keyboard.press('Enter');
    const file = join(editor.folder, `shortstop-savings.${format}`);
    const isThere = () =>
      readFile(file).then(
        ({ length }) => length > 0,
        () => false,
      );
    await until(isThere);
    const bytes = await readFile(file);
    if (format === 'png') assert.equal(bytes.toString('latin1', 1, 4), 'PNG');
    if (format === 'csv') assert.match(bytes.toString(), /^section,figure,unit/);
    if (format === 'json') assert.ok('avoided' in (JSON.parse(bytes.toString()) as object));
  }
});

for (const theme of themes) {
  for (const width of WIDTHS) {
    test(`axe finds nothing to object to in ${theme.name} at ${width} pixels`, async () => {
      const { page } = editor;
      await editor.setWorkspace({ 'workbench.colorTheme': theme.name });
      await waitForTheme(page, theme);
      await page.setViewportSize({ width: Math.max(width, 400), height: 760 });
      const beside =
        Math.max(width, 400) - (await panel.evaluate(() => document.documentElement.clientWidth));
      await page.setViewportSize({ width: width + beside, height: 760 });
      const drawn = panelHtml(messageOf(usualDay, 'today', learned));
      await panel.evaluate((html) => {
        const shown = document.getElementById('panel');
        if (shown) shown.innerHTML = html;
        for (const details of document.querySelectorAll('details')) details.open = true;
      }, drawn);
      const { violations } = await new AxeBuilder({ page })
        .include(['iframe.webview.ready', '#active-frame', 'body'])
        .analyze();
      const found = violations.flatMap(({ id, nodes }) =>
        nodes.map(({ html, failureSummary }) => `${id}: ${html} ${failureSummary ?? ''}`),
      );
      assert.deepEqual(found, []);
      await editor.screenshot(`panel-${theme.mark}-${width}`);
    });
  }
}
