import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { sizeWindow } from '../../../server/completion/sizing.ts';
import { readWindow } from '../../../server/completion/window.ts';

const size = { prefixChars: 200, suffixChars: 50 };
const lines = Array.from({ length: 100 }, (_, line) => `const value${line} = ${line};`).join('\n');

describe('the window of text around the cursor', () => {
  test('begins at the same place while the cursor moves within half a window', () => {
    const starts = new Set<number>();
    for (let offset = 1000; offset < 1100; offset++) {
      starts.add(readWindow(lines, offset, size, 'typescript', 'auto').start);
    }
    assert.equal(starts.size, 1);
  });

  test('moves on once the cursor has left the block, and never holds more than it may', () => {
    const starts = new Set<number>();
    for (let offset = 0; offset <= lines.length; offset += 7) {
      const { start, context } = readWindow(lines, offset, size, 'typescript', 'auto');
      starts.add(start);
      assert.ok(context.prefix.length <= size.prefixChars, `prefix at ${offset}`);
      assert.ok(context.suffix.length <= size.suffixChars, `suffix at ${offset}`);
      assert.ok(context.prefix.length >= Math.min(offset, size.prefixChars / 4));
    }
    assert.ok(starts.size > 5);
  });

  test('begins at the start of a line where one is near', () => {
    const { start } = readWindow(lines, 1500, size, 'typescript', 'auto');
    assert.equal(lines[start - 1], '\n');
  });

  test('holds LF only, whatever the document has', () => {
    const crlf = 'a\r\nb\r\nc\r\nd\r\n';
    const { context } = readWindow(crlf, 6, size, 'plaintext', 'auto');
    assert.equal(context.prefix, 'a\nb\n');
    assert.equal(context.suffix, 'c\nd\n');
  });

  test('cuts no surrogate pair at either end', () => {
    const emoji = '😀'.repeat(400);
    for (let offset = 0; offset < emoji.length; offset += 2) {
      const { context } = readWindow(
        emoji,
        offset,
        { prefixChars: 101, suffixChars: 51 },
        'x',
        'auto',
      );
      assert.ok(context.prefix.isWellFormed());
      assert.ok(context.suffix.isWellFormed());
    }
  });

  test('is empty on either side of an empty document', () => {
    const { context } = readWindow('', 0, size, 'plaintext', 'auto');
    assert.deepEqual([context.prefix, context.suffix], ['', '']);
  });
});

describe('the size of the window', () => {
  const at = (prefillTokensPerSecond: number | null, contextLength = 4096) =>
    sizeWindow({ prefillTokensPerSecond, contextLength }, 1000, 128);

  test('has about 100 characters of suffix on a slow CPU and at least 300 where prefill is fast', () => {
    assert.equal(at(250).suffixChars, 100);
    assert.ok(at(1500).suffixChars >= 300);
  });

  test('grows with the measured speed, within limits', () => {
    assert.ok(at(300).prefixChars > at(200).prefixChars - 1);
    assert.ok(at(100_000).prefixChars <= 8000);
    assert.deepEqual(at(null), { prefixChars: 600, suffixChars: 100 });
  });

  test('leaves room for the answer in a small context', () => {
    const { prefixChars, suffixChars } = at(100_000, 512);
    assert.ok((prefixChars + suffixChars) / 3 <= 512 - 128);
  });
});
