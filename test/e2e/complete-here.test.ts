import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { answering, until } from '../support/answers.ts';
import { Editor } from '../support/editor.ts';
import { FakeOllama } from '../support/fake-ollama.ts';
import { settledRows, waitForSettled } from '../support/ledger-reader.ts';

const LARGEST = 'def largest(rows):\n    \n';
/** Line by line, token by token. */
const LINES = [
  ['best', ' =', ' rows', '[', '0', ']', '\n'],
  ['    for', ' row', ' in', ' rows', ':', '\n'],
  ['        best', ' =', ' max', '(', 'best', ',', ' row', ')', '\n'],
  ['    return', ' best', '\n', '\n'],
];
const SHOWN = LINES.map((line) => line.join('').trimEnd());
const PUSHED_DOWN = 'def twice(a):\n    return a\n';
/** Of a model on a slow machine, milliseconds. */
const TOKEN_MS = 200;

/** Changed before each answer. */
const engineOptions = { firstTokenMs: 0, tokenMs: 0, pieces: LINES.flat() };
let engine: FakeOllama;
let editor: Editor;

before(async () => {
  engine = await FakeOllama.start(
    Object.assign(engineOptions, { answer: () => answering(...engineOptions.pieces) }),
  );
  const names = ['grows', 'taken', 'escape', 'typed'];
  const files = Object.fromEntries(names.map((name) => [`${name}.py`, LARGEST]));
  editor = await Editor.open({
    files: { ...files, 'lines.py': PUSHED_DOWN },
    settings: {
      'shortstop.engine.url': engine.url,
      'shortstop.withheldRate': 0,
      'shortstop.controlRate': 0,
      'shortstop.suggest': 'on-key',
    },
  });
  editor.page.setDefaultTimeout(30_000);
  engineOptions.tokenMs = TOKEN_MS;
});

after(async () => {
  await editor.close();
  await engine.stop();
});

async function completeHere(file: string, line: number, column: number): Promise<void> {
  await editor.openFile(file);
  await editor.goTo(line, column);
  await editor.page.keyboard.press('Control+K');
  await editor.page.keyboard.press('Space');
}

/** Until the ghost text has so many lines. */
async function waitForLines(count: number): Promise<void> {
  const hasLines = async () => (await editor.ghostLines()).length === count;
  await until(hasLines, `${count} lines of ghost text`);
}

async function waitForClose(): Promise<void> {
  await until(() => engine.generations.at(-1)?.aborted === true, 'the stream is closed');
}

async function savedText(file: string): Promise<string> {
  await editor.save();
  return readFile(join(editor.folder, file), 'utf8');
}

test('an answer of a slow engine grows line by line, and Tab takes it whole', async () => {
  engineOptions.firstTokenMs = 2_000;
  await completeHere('grows.py', 2, 5);
  await editor.statusBar(/thinking/);
  await editor.screenshot('complete-here-asked');
  engineOptions.firstTokenMs = 0;
  const seen = new Set<number>();
  const isWhole = async () => {
    const lines = await editor.ghostLines();
    // Between two answers the editor may draw a frame without the first line.
    if (lines.length > 0) seen.add(lines.length);
    assert.deepEqual(lines, SHOWN.slice(0, lines.length));
    return lines.length === SHOWN.length;
  };
  await waitForLines(2);
  await editor.screenshot('complete-here-grows');
  await until(isWhole, 'the whole answer');
  assert.ok(seen.has(3));
  await editor.screenshot('complete-here-whole');
  await editor.page.keyboard.press('Tab');
  await waitForLines(0);
  assert.equal(await savedText('grows.py'), `def largest(rows):\n    ${SHOWN.join('\n')}\n`);
});

test('Tab while it is being written takes what stands so far: that is what is judged', async () => {
  const before = settledRows(editor.stateFolder).length;
  await completeHere('taken.py', 2, 5);
  await waitForLines(2);
  await editor.page.keyboard.press('Tab');
  await waitForClose();
  await waitForLines(0);
  const taken = SHOWN.slice(0, 2).join('\n');
  assert.equal(await savedText('taken.py'), `def largest(rows):\n    ${taken}\n`);
  const rows = await waitForSettled(editor.stateFolder, before + 1);
  const { outcome, exact_match, served_chars } = rows.at(-1) ?? {};
  assert.deepEqual([outcome, exact_match, served_chars], ['accepted', 1, taken.length]);
});

test('Escape hides what stands so far, and the engine stops', async () => {
  await completeHere('escape.py', 2, 5);
  await waitForLines(1);
  await editor.page.keyboard.press('Escape');
  await waitForClose();
  await waitForLines(0);
  await editor.statusBar(/on a key/);
});

test('typing something else ends it, and the engine stops', async () => {
  await completeHere('typed.py', 2, 5);
  await waitForLines(1);
  await editor.page.keyboard.type('x');
  await waitForClose();
  await waitForLines(0);
});

test('whole lines at the beginning of an indented line are shown above it', async () => {
  engineOptions.pieces = ['    a', ' +=', ' a', '\n', '    print', '(a)', '\n'];
  await completeHere('lines.py', 2, 1);
  await waitForLines(3);
  await editor.screenshot('complete-here-above');
  await editor.page.keyboard.press('Tab');
  await waitForLines(0);
  const lines = '    a += a\n    print(a)\n';
  assert.equal(
    await savedText('lines.py'),
    PUSHED_DOWN.replace('    return', `${lines}    return`),
  );
});
