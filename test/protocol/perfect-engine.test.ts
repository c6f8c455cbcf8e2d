import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { defaultRule, GPU_WINDOW, serveInProcess } from '../../bench/perfect/in-process.ts';
import { Outside } from '../../bench/perfect/outside.ts';
import { cutSpan, type Span } from '../../bench/perfect/spans.ts';
import { seededRandom } from '../../server/learning/random.ts';

const ROOT = join(import.meta.dirname, '../..');
const SOURCE = readFileSync(join(ROOT, 'server/completion/window.ts'), 'utf8');
const OPTIONS = { comments: true, blanks: true, insideWords: false };

function spans(count: number): Span[] {
  const random = seededRandom(1);
  const found: Span[] = [];
  while (found.length < count) {
    const span = cutSpan(SOURCE.replaceAll('\r\n', '\n'), 'typescript', random, OPTIONS);
    if (span) found.push(span);
  }
  return found;
}

const skip = existsSync(join(ROOT, 'dist/server.cjs')) ? false : 'needs `npm run build`';

test(
  'the built daemon offers over LSP what its parts offer in this process, with LF and with CRLF',
  { skip },
  async () => {
    const chosen = defaultRule();
    const outside = await Outside.start();
    try {
      for (const span of spans(40)) {
        for (const crlf of [false, true]) {
          const expected = serveInProcess(span, { chosen, window: GPU_WINDOW, crlf });
          assert.deepEqual(await outside.serve(span, crlf), expected, `${span.before}⌶`);
        }
      }
    } finally {
      await outside.stop();
    }
  },
);
