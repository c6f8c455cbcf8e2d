import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { SimulatedEditor } from '../../bench/session/editor.ts';
import { ExperimentRequest, ExportLearningRequest } from '../../shared/learning-protocol.ts';
import { answering, until } from '../support/answers.ts';
import { connectDaemon, type ConnectedDaemon } from '../support/daemon.ts';
import { Editor, READY } from '../support/editor.ts';
import { FakeOllama } from '../support/fake-ollama.ts';

const [SMALL, LARGE] = ['qwen2.5-coder:0.5b', 'qwen2.5-coder:1.5b'];
const SOURCE = Array.from(
  { length: 40 },
  (_, i) => `export const total${i} = sumOf(prices${i}, taxes${i});`,
).join('\n');
const [BEFORE, AFTER] = ['function total(prices: number[]): number {\n  const sum = ', '\n}\n'];
const WANTED = 'prices.reduce((a, b) => a + b, 0);';
const PIECES = ['prices', '.reduce', '((a, b)', ' => a + b', ', 0)', ';\n'];
/** A verdict on a difference that is always there is reached before. */
const MOST_STRETCHES = 100;

let engine: FakeOllama;
let editor: Editor;

before(async () => {
  engine = await FakeOllama.start({
    models: [{ name: SMALL }, { name: LARGE }],
    answer: ({ body }) => {
      const prompt = String(body['prompt']);
      if (prompt.includes('const sum = ')) return answering(...PIECES);
      return body['model'] === LARGE ? answering(goldOf(prompt), '\n') : answering('no', '\n');
    },
  });
  const names = ['first.ts', 'second.ts', 'third.ts'];
  editor = await Editor.open({
    files: Object.fromEntries(names.map((name) => [name, `// ${name}\n${SOURCE}\n`])),
    settings: { 'shortstop.engine.url': engine.url, 'shortstop.withheldRate': 0 },
  });
});

after(async () => {
  await editor.close();
  await engine.stop();
});

/** What stands at the cursor in the source. */
function goldOf(prompt: string): string {
  const [, text = ''] = /<\|fim_prefix\|>(.*)<\|fim_suffix\|>/s.exec(prompt) ?? [];
  const line = text.slice(text.lastIndexOf('\n') + 1);
  return SOURCE.split('\n')
    .filter((one) => one.startsWith(line))
    .map((one) => one.slice(line.length))
    .slice(0, 1)
    .join('');
}

async function userSettings(): Promise<Record<string, unknown>> {
  const text = await readFile(join(editor.stateFolder, '../../settings.json'), 'utf8');
  // Empty while it is being written.
  return text === '' ? {} : (JSON.parse(text) as Record<string, unknown>);
}

/** A daemon whose every stretch is labelled, since all of its streams run to their ends. */
function connect(stateDir: string, simulatedUser: boolean): Promise<ConnectedDaemon> {
  return connectDaemon('in-band', {
    ...{ url: engine.url, stateDir, initialization: { simulatedUser } },
    settings: { controlRate: 1, withheldRate: 0, debounce: 0 },
    workspaceFolders: [{ uri: 'file:///project', name: 'project' }],
  });
}

/** One stretch of somebody who wants the whole line: takes what is right, types the rest, and saves. */
async function write({ connection }: ConnectedDaemon, file: number): Promise<void> {
  const uri = `file:///project/total-${file}.ts`;
  const simulated = await SimulatedEditor.open(connection, uri, 'typescript', '');
  await simulated.replace(0, 0, BEFORE + AFTER);
  await simulated.replace(BEFORE.length, BEFORE.length, '');
  const ghost = await simulated.ask();
  if (ghost) await simulated.accept(ghost);
  await simulated.type(WANTED.slice(simulated.cursor - BEFORE.length));
  await simulated.save();
}

test('models are compared on the open folder; the panel tells it after a restart, too, and sets one', async () => {
  const { page } = editor;
  execFileSync('git', ['init', '-q'], { cwd: editor.folder });
  execFileSync('git', ['add', '.'], { cwd: editor.folder });
  await editor.run('Shortstop: Compare My Models');
  await page.locator('.quick-input-widget:visible .monaco-list-row').nth(1).waitFor();
  await page.keyboard.press('Enter');
  const offer = page.locator('.notification-toast', { hasText: 'it has the most matches' });
  await offer.waitFor();
  await editor.reload();
  await editor.statusBar(READY);
  await editor.run('Shortstop: Open Savings Panel');
  const panel = await editor.webview('#compared');
  await panel.locator('[aria-labelledby="compared"]', { hasText: 'recommended' }).waitFor();
  const rows = panel.locator('[aria-labelledby="compared"] tbody tr');
  assert.match(await rows.filter({ hasText: SMALL }).innerText(), /in use/);
  await rows.filter({ hasText: LARGE }).locator('button').click();
  await rows.filter({ hasText: LARGE }).filter({ hasText: 'in use' }).waitFor();
  assert.equal((await userSettings())['shortstop.model'], LARGE);
  await rows.last().scrollIntoViewIfNeeded();
  await editor.screenshot('panel-compared');
  await rows.filter({ hasText: SMALL }).locator('button').click();
  await rows.filter({ hasText: SMALL }).filter({ hasText: 'in use' }).waitFor();
});

test('what was learned elsewhere is imported, and the profile tells it', async () => {
  const { page } = editor;
  const elsewhere = mkdtempSync(join(tmpdir(), 'shortstop-elsewhere-'));
  const daemon = await connect(elsewhere, true);
  for (let file = 0; file < 3; file += 1) await write(daemon, file);
  const { text } = await daemon.connection.sendRequest(ExportLearningRequest.type);
  await daemon.stop();
  rmSync(elsewhere, { recursive: true });
  const path = join(editor.folder, 'learning.json');
  await writeFile(path, text);
  await editor.run('Shortstop: Import Learning');
  const name = page.locator('.quick-input-widget:visible input[type="text"]');
  await name.waitFor();
  await name.fill(path);
  await page.keyboard.press('Enter');
  await page.locator('.notification-toast', { hasText: /Taken over: .*profile/ }).waitFor();
  await editor.run('Shortstop: Show My Profile');
  const profile = await editor.webview('h1:has-text("My Profile")');
  assert.match(await profile.locator('body').innerText(), /Learned in 1 workspace from 3 labels/);
});

test('the winner of an experiment is taken over from the panel', async () => {
  await editor.menu('More…', 'Experiment…');
  await editor.chooseEntry('Most Tokens of an Answer');
  await editor.answer('64');
  await editor.answer('2');
  await editor.chooseEntry('exact matches');
  await editor.page.locator('.notification-toast', { hasText: /each stretch of typing/ }).waitFor();

  const other = await connect(editor.stateFolder, false);
  const verdict = async () =>
    (await other.connection.sendRequest(ExperimentRequest.type))?.verdict ?? null;
  for (let file = 0; file < MOST_STRETCHES && !(await verdict()); file += 1) {
    await write(other, file);
  }
  assert.equal((await verdict())?.winner, 'a');
  await other.stop();

  await editor.run('Shortstop: Open Savings Panel');
  const panel = await editor.webview('#run-experiment');
  await panel.locator('#run-experiment', { hasText: 'Take Over the Settings of A' }).click();
  const row = editor.page.locator('.quick-input-widget:visible .monaco-list-row');
  await row.filter({ hasText: 'Take Over the Settings of A' }).click();
  const isWritten = async () => (await userSettings())['shortstop.stopping.maxTokens'] === 64;
  await until(isWritten, 'the settings of A', 20_000);
  await panel.locator('#experiment').waitFor({ state: 'detached' });
});
