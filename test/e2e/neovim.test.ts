import assert from 'node:assert/strict';
import { afterEach, describe, test } from 'node:test';
import { findNeovim, HOW_TO_GET } from '../../scripts/neovim.mjs';
import { answering, until } from '../support/answers.ts';
import type { EngineTrace } from '../support/engine-traces.ts';
import { FakeOllama } from '../support/fake-ollama.ts';
import { waitForSettled } from '../support/ledger-reader.ts';
import { Neovim, type NeovimOptions } from '../support/neovim.ts';
import { startRealOllama } from '../support/real-ollama.ts';

const binary = findNeovim();

const TOTAL = `function total(prices: number[]): number {
  const sum =
  return sum;
}
`;
const SERVED = 'prices.reduce((a, b) => a + b, 0);';
const ANSWER = answering('prices', '.reduce', '((a, b)', ' => a + b', ', 0)', ';\n', '  return');
const LINES = answering('a = 1', '\n', '    b = 2', '\n', '    c = 3', '\n', '\n', 'x');
/** So that every request is served, whatever is random. */
const SETTINGS = { controlRate: 0, withheldRate: 0, debounce: 0 };

describe('in Neovim', { skip: binary === null && HOW_TO_GET }, () => {
  const cleanUps: (() => Promise<void>)[] = [];
  afterEach(async () => {
    for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
  });

  async function start(
    answer: () => EngineTrace,
    options: Partial<NeovimOptions> = {},
  ): Promise<{ fake: FakeOllama; neovim: Neovim }> {
    assert.ok(binary);
    const fake = await FakeOllama.start({ answer });
    cleanUps.push(() => fake.stop());
    const neovim = await Neovim.start({
      binary,
      url: fake.url,
      settings: SETTINGS,
      fileName: 'total.ts',
      text: TOTAL,
      ...options,
    });
    cleanUps.push(() => neovim.stop());
    return { fake, neovim };
  }

  test('ghost text is shown, typed along, taken by the word, then whole, and stands in the database', async () => {
    const { fake, neovim } = await start(() => ANSWER);
    await neovim.press('jA ');
    await shows(neovim, SERVED);
    const asked = fake.generations.length;
    await neovim.press('pri');
    await shows(neovim, SERVED.slice('pri'.length));
    await neovim.press('<M-Right>');
    await shows(neovim, SERVED.slice('prices'.length));
    assert.equal(fake.generations.length, asked);

    await neovim.press('<Tab>');
    const whole = TOTAL.replace('const sum =', `const sum = ${SERVED}`);
    await until(async () => `${await neovim.text()}\n` === whole, 'all of it is taken');
    await neovim.press('<Esc>:w<CR>');
    const [row] = await waitForSettled(neovim.stateFolder, 1);
    assert.equal(await neovim.saved(), whole);
    assert.equal(row?.outcome, 'accepted');
    assert.equal(row.exact_match, 1);
    assert.equal(row.settled_by, 'save');
    assert.equal(row.language_id, 'typescript');
  });

  test('Tab right behind a typed letter, before Neovim has asked again, does not write it twice', async () => {
    const { neovim } = await start(() => ANSWER);
    await neovim.press('jA ');
    await shows(neovim, SERVED);
    await neovim.press('pri<Tab>');
    await until(async () => (await neovim.text()).includes(';\n  return sum'), 'it is taken');
    assert.match(
      await neovim.text(),
      /^ {2}const sum = prices\.reduce\(\(a, b\) => a \+ b, 0\);$/m,
    );
  });

  test('several lines are taken one by one', async () => {
    const { neovim } = await start(() => LINES, {
      fileName: 'three.py',
      text: 'def three():\n    \n',
      settings: { ...SETTINGS, multiLine: 'always' },
    });
    await neovim.press('jA');
    await shows(neovim, 'a = 1\n    b = 2\n    c = 3');
    await neovim.press('<M-C-Right>');
    await until(async () => (await neovim.text()) === 'def three():\n    a = 1\n', 'a line');
    await shows(neovim, '    b = 2\n    c = 3');
  });

  test('a suggestion goes when what is typed has none; Tab is a tab then', async () => {
    let answer = ANSWER;
    const { neovim } = await start(() => answer);
    await neovim.press('jA ');
    await shows(neovim, SERVED);
    answer = answering('');
    await neovim.press('x');
    await shows(neovim, '');
    await neovim.press('<Tab>');
    await until(async () => /^ {2}const sum = x\t/m.test(await neovim.text()), 'a tab');
  });

  test('a real model completes the line', async (context) => {
    const ollama = await startRealOllama();
    if (ollama === null) {
      context.skip('no Ollama is built: `npm run test:engine` does');
      return;
    }
    cleanUps.push(() => ollama.stop());
    const text = 'square1 = 1 * 1\nsquare2 = 2 * 2\nsquare3 = 3 * 3\nsquare4 =\n';
    const { neovim } = await start(() => ANSWER, {
      url: ollama.url,
      fileName: 'squares.py',
      text,
    });
    await neovim.press('GA ');
    await until(async () => (await neovim.ghostText()) !== '', 'ghost text', 60_000);
    assert.match(await neovim.ghostText(), /^4 \* 4/);
    await neovim.press('<Tab>');
    await until(async () => /^square4 = 4 \* 4/m.test(await neovim.text()), 'it is taken');
    await neovim.press('<Esc>:w<CR>');
    const [row] = await waitForSettled(neovim.stateFolder, 1);
    assert.equal(row?.outcome, 'accepted');
  });
});

function shows(neovim: Neovim, text: string): Promise<void> {
  return until(async () => (await neovim.ghostText()) === text, `ghost text ${text}`);
}
