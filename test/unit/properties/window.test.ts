import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { readWindow } from '../../../server/completion/window.ts';

const lines = fc.string({
  unit: fc.oneof(
    { weight: 4, arbitrary: fc.constantFrom('a', '(', ' ', '\n', '\r\n') },
    { weight: 1, arbitrary: fc.constantFrom('😀', '𝒳', 'é') },
  ),
  maxLength: 400,
});

test('a window is the text around the cursor, within its size, and cuts no surrogate pair', () => {
  const cases = fc.property(
    lines,
    lines,
    fc.integer({ min: 8, max: 120 }),
    fc.integer({ min: 2, max: 120 }),
    (before, after, prefixChars, suffixChars) => {
      const size = { prefixChars, suffixChars };
      const text = before + after;
      const { context, start } = readWindow(text, before.length, size, 'typescript', 'auto');
      const { prefix, suffix } = context;
      assert.ok(prefix.isWellFormed() && suffix.isWellFormed());
      assert.ok(prefix.length <= prefixChars && suffix.length <= suffixChars);
      assert.equal(prefix, toLf(text.slice(start, before.length)));
      assert.ok(toLf(after).startsWith(suffix.replace(/\n$/, '')));
    },
  );
  fc.assert(cases, { seed: 1, numRuns: 500 });
});

function toLf(text: string): string {
  return text.replace(/\r\n?/g, '\n');
}
