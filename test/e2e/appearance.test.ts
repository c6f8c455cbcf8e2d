import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Frame } from 'playwright-core';
import { panelHtml } from '../../media/panel-view.ts';
import { learned, messageOf, usualDay } from '../panel/samples.ts';
import { Editor } from '../support/editor.ts';
import { FakeOllama } from '../support/fake-ollama.ts';
import { settledRows } from '../support/ledger-reader.ts';
import { themes, waitForTheme } from '../support/themes.ts';

/** Of what is drawn against what is around it: WCAG 2.2, 1.4.11. */
const LEAST_CONTRAST = 3;
/** Pixels: the narrowest column that people give a panel. */
const NARROW = 280;

let engine: FakeOllama;
let editor: Editor;
/** Of the engine, also once it is gone. */
let address: string;

before(async () => {
  engine = await FakeOllama.start();
  address = engine.url;
  editor = await Editor.open({
    files: { 'a.ts': 'const a = ;\n' },
    settings: { 'shortstop.engine.url': address, 'shortstop.withheldRate': 0 },
  });
});

after(async () => {
  await editor.close();
  await engine.stop();
});

/** The panel in front, drawn from made-up figures, in an element that its own figures are not written to. */
async function panelOfUsualDay(): Promise<Frame> {
  await editor.run('Shortstop: Open Savings Panel');
  const panel = await editor.webview('#panel header');
  const html = panelHtml(messageOf(usualDay, 'today', learned));
  await panel.evaluate((text) => {
    const shown = document.getElementById('panel');
    const drawn = document.createElement('main');
    drawn.id = 'panel';
    drawn.innerHTML = text;
    shown?.replaceWith(drawn);
  }, html);
  return panel;
}

for (const theme of themes) {
  const { name, mark } = theme;
  test(`in ${name} every bar of the panel stands out from its card`, async () => {
    await editor.setWorkspace({ 'workbench.colorTheme': name });
    await waitForTheme(editor.page, theme);
    const panel = await panelOfUsualDay();
    await panel.locator(`body.${mark}`).waitFor();
    const bars = await panel.evaluate(contrasts);
    assert.ok(bars.some(({ kind }) => kind.includes('rejected')));
    for (const { kind, contrast } of bars)
      assert.ok(contrast >= LEAST_CONTRAST, `${kind} ${contrast}`);
  });
}

test('a panel 280 pixels wide spills nowhere', async () => {
  await editor.setWorkspace({ 'workbench.colorTheme': 'Default High Contrast' });
  const panel = await panelOfUsualDay();
  await editor.run('View: Close Primary Side Bar');
  const beside = 1200 - (await panel.evaluate(() => window.innerWidth));
  await editor.page.setViewportSize({ width: beside + NARROW, height: 760 });
  await panel.waitForFunction((width) => window.innerWidth === width, NARROW);
  const spilling = await panel.evaluate(() => {
    const edge = document.documentElement.clientWidth;
    const seen = [...document.querySelectorAll('main *')].filter(
      (each) => !each.closest('.unseen'),
    );
    const boxes = [...document.querySelectorAll('html, .card, header, footer')];
    return [
      ...seen.filter((each) => each.getBoundingClientRect().right > edge),
      ...boxes.filter((box) => box.scrollWidth > box.clientWidth),
    ].map((element) => element.outerHTML);
  });
  assert.deepEqual(spilling, []);
  await editor.page.setViewportSize({ width: 1200, height: 760 });
});

test('Enter, where it is asked whether to delete everything, keeps everything', async () => {
  const { page } = editor;
  await editor.openFile('a.ts');
  await editor.goTo(1, 10);
  await page.keyboard.type(' ');
  await editor.ghostText();
  await page.keyboard.press('Tab');
  await editor.save();
  const rows = () => settledRows(editor.stateFolder).length;
  while (rows() === 0) await page.waitForTimeout(200);

  await editor.run('Shortstop: Delete My Data…');
  const question = page.locator('.quick-input-widget:visible', { hasText: /^Delete everything/ });
  await question.locator('.monaco-list-row.focused', { hasText: 'Keep' }).waitFor();
  await editor.screenshot('delete');
  await page.keyboard.press('Enter');
  await page.waitForTimeout(1000);
  assert.equal(rows(), 1);

  await editor.run('Shortstop: Delete My Data…');
  await question.locator('.monaco-list-row', { hasText: 'all requests' }).click();
  while (rows() > 0) await page.waitForTimeout(200);
});

test('an engine that is gone is told once, in plain words, with where to get one', async () => {
  await engine.stop();
  await editor.run('Shortstop: Doctor');
  const doctor = await editor.webview('td:has-text("other completion extensions")');
  const text = await doctor.locator('body').innerText();
  assert.equal(text.match(/Nothing answers/g)?.length, 1, text);
  assert.doesNotMatch(text, /`/);
  const link = doctor.locator('a[href="https://ollama.com/download"]');
  assert.equal(await link.count(), 1);
  await editor.screenshot('doctor-no-engine');
});

test('Open Settings leads to where the address of the engine can be changed', async () => {
  const { page } = editor;
  await editor.statusBar(/Ollama is not running/);
  await page.locator('[id="shortstop.shortstop.shortstop.status"]').click();
  await page.locator('.monaco-list-row', { hasText: 'Start or Get Ollama' }).first().click();
  await page.locator('.monaco-list-row', { hasText: 'Open Settings' }).first().click();
  const setting = page.locator('.setting-item-contents', { hasText: 'Engine: Url' });
  await setting.locator('input').waitFor();
  const tab = page.locator('.settings-tabs-widget .action-label.checked');
  assert.match(await tab.innerText(), /Remote/);
  assert.equal(await setting.locator('input').inputValue(), address);
  await editor.screenshot('open-settings');
});

/** Runs in the page: each bar's colour against its card's. */
function contrasts(): { kind: string; contrast: number }[] {
  const canvas = document.createElement('canvas').getContext('2d');
  if (!canvas) throw new Error('no canvas');
  /** Relative luminance of colours painted over each other. */
  const luminance = (...colours: readonly string[]): number => {
    for (const colour of colours) {
      canvas.fillStyle = colour;
      canvas.fillRect(0, 0, 1, 1);
    }
    const [r = 0, g = 0, b = 0] = [...canvas.getImageData(0, 0, 1, 1).data].map((byte) => {
      const share = byte / 255;
      return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const page = getComputedStyle(document.documentElement).getPropertyValue(
    '--vscode-editor-background',
  );
  const drawn = document.querySelectorAll('.bar .fill, .stack rect, .interval .point');
  return [...drawn].map((element) => {
    const card = element.closest('.card');
    const around = card ? getComputedStyle(card).backgroundColor : page;
    const style = getComputedStyle(element);
    const colour = element.matches('.point') ? style.stroke : style.fill;
    const [dark = 0, light = 0] = [luminance(page, around), luminance(page, around, colour)].sort(
      (a, b) => a - b,
    );
    const kind = `${element.parentElement?.getAttribute('class') ?? ''} ${element.getAttribute('class') ?? ''}`;
    return { kind, contrast: (light + 0.05) / (dark + 0.05) };
  });
}
