import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';
import { formatCount } from '../../shared/figures.ts';
import { panelHtml } from '../../media/panel-view.ts';
import type { Stats } from '../../shared/stats.ts';
import { messageOf } from '../panel/samples.ts';
import { until } from '../support/answers.ts';
import { openDesk, type Desk } from '../support/desk.ts';
import { READY } from '../support/editor.ts';
import { requestTriggers, waitForSettled } from '../support/ledger-reader.ts';

const ROOT = join(import.meta.dirname, '../..');
const PRICES = `/** Prices in cents. */
export function withTax(price: number, percent: number): number {
  return price + (price * percent) / 100;
}

export function withDiscount(price: number, percent: number): number {
  return
}
`;

const REPORT = `class Report:
    def __init__(self, rows):
        self.rows = rows

    def count(self):
        return len(self.rows)


# The largest number in a list of rows.

`;
const NOTEBOOK = JSON.stringify({
  nbformat: 4,
  nbformat_minor: 5,
  metadata: { language_info: { name: 'python' } },
  cells: [
    {
      cell_type: 'code',
      id: 'a',
      metadata: {},
      outputs: [],
      execution_count: null,
      source: ['square1 = 1 * 1\n', 'square2 = 2 * 2\n', 'square3 = 3 * 3\n', 'square4 ='],
    },
  ],
});

let desk: Desk;

before(async () => {
  desk = await openDesk({
    files: { 'prices.ts': PRICES, 'report.py': REPORT, 'squares.ipynb': NOTEBOOK },
    settings: {
      'shortstop.controlRate': 1,
      'shortstop.withheldRate': 0,
      'shortstop.storage.storeCode': true,
    },
  });
});

after(async () => {
  await desk.close();
});

test('ghost text appears, typing along it asks nothing of the engine, Tab takes the rest', () =>
  desk.step('ghost-text', async () => {
    const { editor, engine } = desk;
    await editor.openFile('prices.ts');
    await editor.goTo(7, 9);
    await editor.page.keyboard.type(' ');
    const offered = await editor.ghostText();
    assert.match(offered, /^price\b.*percent/);
    await editor.screenshot('ghost-text');

    const asked = engine.generations;
    assert.ok(asked > 0);
    for (const character of 'price') {
      await editor.page.keyboard.type(character);
      await editor.page.waitForTimeout(150);
    }
    assert.equal(await editor.ghostText(), offered.slice('price'.length));
    assert.equal(engine.generations, asked);

    await editor.page.keyboard.press('Tab');
    await editor.noGhostText();
    await editor.save();
    const saved = await readFile(join(editor.folder, 'prices.ts'), 'utf8');
    assert.equal(saved, PRICES.replace('  return\n', `  return ${offered}\n`));
  }));

test('after settling, the suggestion stands in the database as an exact match', () =>
  desk.step('row', async () => {
    const [row] = await waitForSettled(desk.editor.stateFolder, 1);
    assert.ok(row);
    assert.equal(row.outcome, 'accepted');
    assert.equal(row.exact_match, 1);
    assert.equal(row.settled_by, 'save');
    assert.equal(row.language_id, 'typescript');
    assert.equal(row.served_chars, row.kept_chars);
  }));

test('the panel shows the figures of `shortstop stats --json`', () =>
  desk.step('panel', async () => {
    const { editor } = desk;
    await editor.run('Shortstop: Open Savings Panel');
    const panel = await editor.webview('#panel header');
    await panel.locator('button', { hasText: 'All' }).click();
    await panel.locator('button[aria-pressed="true"]', { hasText: 'All' }).waitFor();
    const stats = await statsOfCommandLine(editor.stateFolder);
    assert.ok(stats.requests.engine > 0);
    assert.equal(stats.outcomes.accepted, 1);

    const expected = panelHtml(messageOf(stats, 'all'));
    const [shown, wanted] = await panel.evaluate((html) => {
      const text = (element: Element | null) => {
        const page = element?.cloneNode(true) as Element | undefined;
        // These are the running daemon's and the editor's settings to say, and in no database.
        const live = page?.querySelectorAll(
          'section:is([aria-labelledby="frontier"], [aria-labelledby="lengths"], [aria-labelledby="profile"], [aria-labelledby="compared"])',
        );
        for (const section of live ?? []) section.remove();
        return (page?.textContent ?? '').replace(/\s+/g, ' ').trim();
      };
      const holder = document.createElement('main');
      holder.innerHTML = html;
      return [text(document.getElementById('panel')), text(holder)];
    }, expected);
    // Which rule is in force is the running daemon's to say; a database alone can't know it.
    const rule = /Stopping: preset balanced: (?:not certified|certified: ).*?\. (?=All of this)/;
    assert.match(shown, rule);
    // A run of the command line is a session of its own, in which nothing was spent.
    const spent = `This session: ${formatCount(stats.tokens.spent)} spent`;
    assert.ok(shown.includes(spent));
    assert.ok(wanted.includes('This session: 0 spent'));
    assert.equal(
      shown.replace(rule, '').replace(spent, ''),
      wanted.replace('This session: 0 spent', ''),
    );
    await editor.screenshot('panel-one-suggestion');
  }));

test('why it stopped, and what the doctor finds, are pages that ask for nothing when closed', () =>
  desk.step('reports', async () => {
    const { editor } = desk;
    await editor.run('Shortstop: Why Did It Stop?');
    const why = await editor.webview('table th:has-text("pAlive")');
    assert.match(await why.locator('body').innerText(), /Rule: learned-lite, weights [0-9a-f]{12}/);
    await editor.screenshot('why');
    await editor.run('Shortstop: Doctor');
    const doctor = await editor.webview('td:has-text("other completion extensions")');
    assert.match(await doctor.locator('body').innerText(), /Everything that was checked/);
    assert.equal(await editor.page.locator('.tab.dirty').count(), 0);
  }));

test('an answer to a question is written beside the code, and its code can be inserted', () =>
  desk.step('ask', async () => {
    const { editor } = desk;
    const { page } = editor;
    await editor.openFile('prices.ts');
    await editor.goTo(2, 1);
    await page.keyboard.press('Shift+ArrowDown');
    await page.keyboard.press('Shift+ArrowDown');
    await page.keyboard.press('Shift+ArrowDown');
    await editor.run('Shortstop: Ask Inline…');
    await editor.answer('Show a call of withTax in one line of TypeScript code.');
    const thread = page.locator('.review-widget');
    await thread.locator('.comment-body', { hasText: /tokens\sin/ }).waitFor({ timeout: 180_000 });
    await editor.screenshot('ask-inline');
    await thread.locator('.action-label[aria-label*="Insert Code"]').click();
    await page.locator('.tab.active.dirty').waitFor();
    await editor.save();
    const saved = await readFile(join(editor.folder, 'prices.ts'), 'utf8');
    assert.match(saved, /^}\n.*withTax\(/m);
    await thread.locator('.action-label[aria-label*="Remove Answer"]').click();
    await thread.waitFor({ state: 'detached' });
  }));

test('Complete Here asks for a longer answer at the cursor', () =>
  desk.step('complete-here', async () => {
    const { editor } = desk;
    await editor.openFile('report.py');
    await editor.goTo(10, 1);
    await editor.page.keyboard.press('Control+K');
    await editor.page.keyboard.press('Space');
    await editor.ghostText();
    // The answer is shown while it is being written; its row comes once it is whole.
    const last = () => requestTriggers(editor.stateFolder).at(-1);
    await until(() => last() === 'complete-here', 'the row of Complete Here');
  }));

test('a cell of a notebook is completed', () =>
  desk.step('notebook', async () => {
    const { editor } = desk;
    await editor.openFile('squares.ipynb');
    const cell = editor.page.locator('.notebookOverlay .view-line').first();
    await cell.click();
    await editor.page.keyboard.press('Control+End');
    await editor.page.keyboard.type(' ');
    assert.match(await editor.ghostText(), /^4 \* 4/);
  }));

test('a daemon that is killed comes back, and completes in an untitled file too', () =>
  desk.step('crash', async () => {
    const { editor } = desk;
    process.kill(await daemonPid(editor.stateFolder), 'SIGKILL');
    await editor.statusBar(/daemon ended|starting/);
    await editor.statusBar(READY);
    await editor.run('File: New Untitled Text File');
    for (const n of [1, 2, 3]) await editor.page.keyboard.type(`square${n} = ${n} * ${n};\n`);
    await editor.page.keyboard.type('square4 = ');
    assert.match(await editor.ghostText(), /^4 \* 4;/);
  }));

async function statsOfCommandLine(stateFolder: string): Promise<Stats> {
  const { stdout } = await promisify(execFile)(process.execPath, [
    join(ROOT, 'cli/bin.mjs'),
    'stats',
    '--json',
    '--state',
    stateFolder,
  ]);
  return JSON.parse(stdout) as Stats;
}

/** The extension host's child that was told this state folder. */
async function daemonPid(stateFolder: string): Promise<number> {
  const { stdout } = await promisify(execFile)('ps', ['-eo', 'pid=,args=']);
  const line = stdout
    .split('\n')
    .find((text) => text.includes('server.cjs serve') && text.includes(stateFolder));
  assert.ok(line, 'no daemon runs');
  return Number.parseInt(line, 10);
}
