import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { answering } from '../support/answers.ts';
import { Editor, READY } from '../support/editor.ts';
import { FakeOllama, type FakeRequest } from '../support/fake-ollama.ts';

const DISCOUNT = `export function withDiscount(price: number, percent: number): number {
  return
}
`;
const REST = 'price * (100 - percent) / 100;';
const PIECES = ['price', ' *', ' (', '100', ' -', ' percent', ')', ' /', ' 100', ';', '\n'];
/** Behind its first line it begins with an indentation as wide as a tab, where the editor’s own Tab indents. */
const HEAD = 'export function positive(price: number): number ';
const BLOCK = [
  '{\n',
  '    if',
  ' (price',
  ' < 0)',
  ' return',
  ' 0;\n',
  '    return',
  ' price;\n',
  '}',
];
/** The engine answers at once. Milliseconds. */
const PATIENCE = 30_000;
/** Longer than any pause before the model is asked, milliseconds. */
const LONG_ENOUGH = 1500;

let engine: FakeOllama;
let editor: Editor;

before(async () => {
  engine = await startEngine();
  const names = ['words', 'quality', 'key', 'pause', 'budget', 'back'];
  const files = names.map((name) => [`${name}.ts`, DISCOUNT] as const);
  editor = await Editor.open({
    files: { ...Object.fromEntries(files), 'block.ts': `${HEAD}\n`, 'sums.py': 'total =\n' },
    settings: { 'shortstop.engine.url': engine.url, 'shortstop.withheldRate': 0 },
  });
  editor.page.setDefaultTimeout(PATIENCE);
});

after(async () => {
  await editor.close();
  await engine.stop();
});

function startEngine(port?: number): Promise<FakeOllama> {
  const options = port === undefined ? {} : { port };
  const answer = ({ body }: FakeRequest) =>
    answering(...(String(body['prompt']).includes(HEAD) ? BLOCK : PIECES));
  return FakeOllama.start({ ...options, answer });
}

/** The cursor behind a `return` that wants its rest. */
async function openAtReturn(file: string): Promise<void> {
  await editor.openFile(file);
  await editor.goTo(2, 9);
}

/** Asked for nothing while a key is typed. */
async function typesInVain(): Promise<void> {
  const asked = engine.generations.length;
  await editor.page.keyboard.type(' ');
  await editor.page.waitForTimeout(LONG_ENOUGH);
  assert.equal(engine.generations.length, asked);
}

async function userSettings(): Promise<Record<string, unknown>> {
  const path = join(editor.stateFolder, '../../settings.json');
  return JSON.parse(await readFile(path, 'utf8')) as Record<string, unknown>;
}

/** Until the user's settings have it. */
async function waitForSetting(has: (settings: Record<string, unknown>) => boolean): Promise<void> {
  while (!has(await userSettings())) await editor.page.waitForTimeout(100);
}

test('Ctrl+Right takes a word, Shift+Tab the line, Tab all, and nothing more is asked', async () => {
  const { page } = editor;
  await openAtReturn('words.ts');
  await page.keyboard.type(' ');
  assert.equal(await editor.ghostText(), REST);
  const asked = engine.generations.length;
  await page.keyboard.press('Control+ArrowRight');
  await editor.ghostTextIs(REST.slice('price'.length));
  await page.keyboard.press('Shift+Tab');
  await editor.noGhostText();
  await editor.save();
  const saved = await readFile(join(editor.folder, 'words.ts'), 'utf8');
  assert.equal(saved, DISCOUNT.replace('return', `return ${REST}`));
  assert.equal(engine.generations.length, asked);
});

test('behind Shift+Tab, Tab takes the rest of a block, though it begins with an indentation', async () => {
  const { page } = editor;
  await editor.openFile('block.ts');
  await editor.goTo(1, HEAD.length + 1);
  await page.keyboard.press('Control+K');
  await page.keyboard.press('Space');
  while (!/return price;\}/.test(await editor.ghostText())) await page.waitForTimeout(100);
  await page.keyboard.press('Shift+Tab');
  while ((await editor.ghostText()).includes('{')) await page.waitForTimeout(100);
  await page.keyboard.press('Tab');
  await editor.noGhostText();
  await editor.save();
  const saved = await readFile(join(editor.folder, 'block.ts'), 'utf8');
  assert.equal(saved, `${HEAD}${BLOCK.join('')}\n`);
});

test('the menu leads from quality to savings, by figures, and begins where one is', async () => {
  await editor.openFile('quality.ts');
  await editor.menu('Quality or Savings');
  const focused = editor.page.locator('.quick-input-widget .monaco-list-row.focused');
  await focused.filter({ hasText: 'balanced' }).waitFor();
  assert.match(await focused.innerText(), /tokens a request.*of faithful's cost/s);
  await editor.screenshot('quality');
  await editor.page.keyboard.press('ArrowDown');
  await editor.page.keyboard.press('Enter');
  await waitForSetting((settings) => settings['shortstop.stopping.preset'] === 'saver');
});

test('length and on or off are set for the language of the file in front', async () => {
  await editor.openFile('sums.py');
  await editor.goTo(1, 8);
  await editor.menu('Shorter or Longer');
  await editor.chooseEntry('▪ The Rest of the Line');
  const python = (settings: Record<string, unknown>, key: string) =>
    (settings['[python]'] as Record<string, unknown> | undefined)?.[key];
  await waitForSetting((settings) => python(settings, 'shortstop.multiLine') === 'never');
  await editor.menu('Turn Off for Python');
  await editor.statusBar(/off for Python/);
  await typesInVain();
  await openAtReturn('quality.ts');
  await editor.statusBar(READY);
  await editor.openFile('sums.py');
  await editor.menu('Turn On for Python');
  await editor.statusBar(READY);
});

test('on a key only, typing brings nothing and Alt+\\ a suggestion', async () => {
  const { page } = editor;
  await openAtReturn('key.ts');
  await editor.menu('More…', 'Suggest on a Key Only');
  await editor.statusBar(/on a key/);
  await typesInVain();
  await page.keyboard.press('Alt+\\');
  assert.equal(await editor.ghostText(), REST);
  await page.keyboard.type('price');
  await editor.ghostTextIs(REST.slice('price'.length));
  await editor.menu('Suggest While Typing');
  await editor.statusBar(READY);
});

test('a pause says until when, and ends at a choice', async () => {
  await openAtReturn('pause.ts');
  await editor.menu('Pause…');
  await editor.chooseEntry('10 Minutes');
  await editor.statusBar(/paused until \d/);
  await typesInVain();
  await editor.menu('Resume');
  await editor.statusBar(READY);
  await editor.page.keyboard.press('Alt+\\');
  assert.equal(await editor.ghostText(), REST);
});

test('a budget that is spent is said, and keeps typing from asking', async () => {
  await openAtReturn('budget.ts');
  await editor.menu('More…', 'Set Budget…');
  await editor.chooseEntry('Tokens per Session');
  await editor.answer('1');
  await editor.statusBar(/budget spent/);
  await typesInVain();
  await editor.menu('Set Budget…');
  await editor.chooseEntry('Tokens per Session');
  await editor.answer('0');
  await editor.statusBar(READY);
});

test('an experiment is started in words, and the menu says that it runs', async () => {
  await editor.menu('More…', 'Experiment…');
  await editor.chooseEntry('Several Lines');
  await editor.chooseEntry('auto');
  await editor.chooseEntry('always');
  await editor.chooseEntry('tokens');
  const told = editor.page.locator('.notification-toast', { hasText: /each stretch of typing/ });
  await told.waitFor();
  await editor.page.locator('[id="shortstop.shortstop.shortstop.status"]').click();
  const row = editor.page.locator('.quick-input-widget:visible .monaco-list-row');
  await editor.page.locator('.quick-input-widget:visible .quick-input-box input').fill('against');
  await row.filter({ hasText: 'A (multiLine auto) against B (multiLine always)' }).click();
  await row.filter({ hasText: 'Stop It' }).click();
});

test('an engine that goes away and comes back is said so, and completes again', async () => {
  const { port } = new URL(engine.url);
  await engine.stop();
  await editor.statusBar(/Ollama is not running/);
  engine = await startEngine(Number(port));
  await editor.statusBar(READY);
  await openAtReturn('back.ts');
  await editor.page.keyboard.type(' ');
  assert.equal(await editor.ghostText(), REST);
});

test('a hover at the cursor says why it stopped there, and with which keys it is taken', async () => {
  const { page } = editor;
  await page.keyboard.press('Tab');
  await editor.noGhostText();
  await page.keyboard.press('Control+K');
  await page.keyboard.press('Control+I');
  const hover = page.locator('.monaco-hover', { hasText: 'Shortstop stopped here.' });
  await hover.waitFor();
  assert.match(await hover.innerText(), /tokens, \d+ ms.*Too short.*Shift\+Tab/s);
  await editor.screenshot('why-hover');
});
