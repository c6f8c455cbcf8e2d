import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { REPAIRS } from '../../../server/post-process/repairs.ts';
import { cursorLine } from '../../../server/stopping/reading/cursor-line.ts';
import { at } from '../stopping/synthetic.ts';

/** Of whole steps: how a step is told from irregular ones is a guess. */
const indents = ['\n', '\n  ', '\n    ', '\n\t', '\n\t\t'];
const signs = ['(', ')', '{', '}', '=', ';', '"', "'", ',', '.', '```', '<think>'];
const words = ['value', 'valeu', 'f', '1', '// a', '# type: ignore', '<|fim_middle|>', '\ufffd'];
const code = fc.string({ unit: fc.constantFrom(...indents, ...signs, ...words), maxLength: 14 });
const languages = fc.constantFrom('typescript', 'python', 'go');

/** They take away one copy of what stands behind the cursor; what is left may end with another. */
const TAKE_ONE = new Set(['rest-of-line', 'following-lines']);

test('no repair finds more to do in what it has repaired', () => {
  const cases = fc.property(code, code, code, languages, (before, after, served, languageId) => {
    const context = at(`${before}|${after}`, languageId);
    const place = { context, line: cursorLine(context), stoppedAt: null };
    for (const { name, repair } of REPAIRS) {
      if (TAKE_ONE.has(name)) continue;
      const repaired = repair(served, place);
      assert.equal(repair(repaired, place), repaired, name);
    }
  });
  fc.assert(cases, { seed: 1, numRuns: 2000 });
});
