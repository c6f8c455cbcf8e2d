import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { insertion } from '../../../server/post-process/replace-range.ts';
import { repair } from '../../../server/post-process/repairs.ts';
import { sureBeginning } from '../../../server/post-process/sure-beginning.ts';
import { PATIENT } from '../../../server/stopping/policy/point.ts';
import { contextKind } from '../../../server/stopping/reading/context-kind.ts';
import { shortstopRule } from '../../../server/stopping/rules/shortstop-rule.ts';
import type { CursorContext, TraceEnd, TraceToken } from '../../../server/stopping/trace.ts';
import { SKIP_RECORDED, TRACE_FILES, recordedTraces } from '../stopping/recorded-traces.ts';

/** The bar is the cursor. */
function contextAt(marked: string, languageId = 'typescript'): CursorContext {
  const [prefix = '', suffix = ''] = marked.split('|');
  const kind = contextKind(prefix, suffix, languageId);
  return { prefix, suffix, languageId, kind, multiLine: 'always' };
}

interface Answered {
  readonly context: CursorContext;
  readonly tokens: readonly TraceToken[];
  readonly end: TraceEnd;
}

/** What is shown of an answer while it is written, and what it is at its end. */
function answer({ context, tokens, end }: Answered): { shown: string[]; whole: string } {
  const shown: string[] = [];
  let state = shortstopRule.begin(context, { ...PATIENT, maxTokens: 256 });
  let text = '';
  let sure = 0;
  let decision = null;
  for (const token of tokens) {
    text += token.text;
    ({ state, decision } = shortstopRule.step(state, token));
    if (decision) break;
    const now = shortstopRule.sure?.(state) ?? 0;
    if (now > sure) shown.push(sureBeginning(text.slice(0, now), context).text);
    sure = now;
  }
  decision ??= shortstopRule.end(state, end);
  const { text: whole } = repair(text.slice(0, decision.offset), context, decision.reason);
  return { shown, whole: insertion(whole, context).text };
}

function answerOf(marked: string, ...lines: string[]) {
  const tokens = lines.map((text) => ({ text, logprob: -0.1 }));
  return answer({ context: contextAt(marked), tokens, end: 'natural-end' });
}

describe('the sure beginning of an answer', () => {
  test('grows by whole lines', () => {
    const { shown, whole } = answerOf(
      'function sum(rows: number[]) {\n  |\n}\n',
      'let total = 0;\n',
      '  for (const row of rows)',
      ' total += row;\n',
      '  return total;\n',
    );
    assert.deepEqual(shown, [
      'let total = 0;',
      'let total = 0;\n  for (const row of rows) total += row;',
      'let total = 0;\n  for (const row of rows) total += row;\n  return total;',
    ]);
    assert.equal(whole, shown.at(-1));
  });

  test('keeps back lines that may be those below the cursor', () => {
    const below = 'function f() {\n  |\n  }\n  return sum;\n}\n';
    const { shown, whole } = answerOf(
      below,
      'for (const a of b) {\n',
      '    sum += a;\n',
      '  }\n',
      '  return sum;\n',
    );
    assert.ok(shown.includes('for (const a of b) {\n    sum += a;'));
    assert.ok(shown.every((each) => whole.startsWith(each)));
  });

  test('is empty while the answer may only repeat the lines above', () => {
    const above = 'const first = load(1);\nconst second = load(2);\n|\n';
    const again = answerOf(above, 'const first = load(1);\n', 'const second = load(2);\n', '\n');
    assert.deepEqual(again, { shown: ['', ''], whole: '' });
    const other = answerOf(above, 'const first = load(1);\n', 'const third = load(3);\n', '\n');
    assert.equal(other.shown[0], '');
    assert.equal(other.shown[1], other.whole);
  });

  test('is empty before the code of an answer that speaks first', () => {
    const context = contextAt('const a = 1;\n|\n');
    assert.equal(sureBeginning('Here is the code:', context).text, '');
  });

  test('has the line break behind whole lines that push a line down', () => {
    const { text } = sureBeginning('  const a = 1;\n', contextAt('{\n|  return a;\n}\n'));
    assert.equal(text, '  const a = 1;\n');
  });

  for (const file of TRACE_FILES) {
    test(`is what the whole answer begins with, on ${file}`, { skip: SKIP_RECORDED }, (t) => {
      let n = 0;
      for (const { context, tokens, end } of recordedTraces(file)) {
        const asked = { context: { ...context, multiLine: 'always' as const }, tokens, end };
        const { shown, whole } = answer(asked);
        n += shown.length;
        for (const each of shown) assert.ok(whole.startsWith(each), JSON.stringify([each, whole]));
      }
      t.diagnostic(`${n} beginnings`);
    });
  }
});
