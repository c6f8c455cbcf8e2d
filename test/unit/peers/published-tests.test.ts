import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { peersCommand } from '../../../bench/peers/command.ts';
import { dedent } from '../../../bench/peers/dedent.ts';

const CODY = `import { expect, it } from 'vitest'
import { completion } from '../test-helpers'
it('shows one line', async () => {
    const shown = await getInlineCompletionsInsertText(params('const x = █', [completion\`├1;
    y┤\`]))
    expect(shown[0]).toBe(EXPECTED)
})
it('streams', async () => {
    params('█', [], { completionResponseGenerator: null })
})
`;
const TWINNY = `import * as assert from "assert"
suite("formatter", () => {
  test("a bracket that stands there already", async () => {
    const document = await vscode.workspace.openTextDocument({ content: "f()\\n" })
    const editor = await vscode.window.showTextDocument(document)
    const position = new vscode.Position(0, 2)
    editor.selection = new vscode.Selection(position, position)
    assert.strictEqual(new CompletionFormatter(editor).format("a)"), "a")
  })
  test("inner", () => { new CompletionFormatter({} as never).normalize(" x ") })
})
`;

async function run(expected: string): Promise<string[]> {
  const folder = await mkdtemp(join(tmpdir(), 'peers-'));
  const files = {
    'get-inline-completions-tests/languages.test.ts': CODY.replace('EXPECTED', expected),
    'test/suite/completion-formatter.test.ts': TWINNY,
  };
  const printed: string[] = [];
  try {
    for (const [name, text] of Object.entries(files)) {
      await mkdir(dirname(join(folder, name)), { recursive: true });
      await writeFile(join(folder, name), text);
    }
    await peersCommand(['--tests', folder], (line) => printed.push(line));
    return printed;
  } finally {
    await rm(folder, { recursive: true });
  }
}

test('peers’ own test files run with stand-ins; what has none is named', async () => {
  const printed = (await run("'1;'")).join('\n');
  assert.match(printed, /^peer-cody: 1 passed, 0 differ/m);
  assert.match(printed, /^peer-twinny: 1 passed, 0 differ/m);
  assert.match(printed, /not run, .*: streams; inner$|not run, .*: inner; streams$/m);
});

test('a difference that nobody explained is an error', async () => {
  await assert.rejects(run("'2;'"), /1 differences without a known reason/);
});

test('indentation is taken away as the package does it', () => {
  assert.equal(
    dedent`
      a
        b
    `,
    'a\n  b',
  );
  assert.equal(
    dedent`x
      y${'\n'}      z`,
    'x\ny\nz',
  );
});
