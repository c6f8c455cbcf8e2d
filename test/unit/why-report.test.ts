import assert from 'node:assert/strict';
import { test } from 'node:test';
import { whyMarkdown } from '../../client/features/why-report.ts';
import type { ExplainedStep, Explanation } from '../../shared/explanation.ts';

function step(text: string, offset: number, change: Partial<ExplainedStep> = {}): ExplainedStep {
  return {
    text,
    offset,
    logprob: Math.log(0.5),
    ms: 40.4,
    boundaries: [],
    pDone: 0.25,
    pAlive: 0.75,
    judged: true,
    ...change,
  };
}

const SIMPLE: Explanation = {
  suggestionId: 'id',
  uri: 'file:///a.ts',
  line: 0,
  at: 0,
  trigger: 'automatic',
  contextKind: 'line-end',
  model: 'qwen2.5-coder:0.5b',
  digest: `sha256:${'a'.repeat(64)}`,
  rule: 'shortstop',
  preset: 'balanced',
  thresholds: { tauDone: 0.7, tauAlive: 0.07, showBar: 0 },
  maxTokens: 128,
  control: true,
  reason: 'line-end',
  offset: 5,
  tokensAtStop: 2,
  firstTokenMs: 30,
  stopMs: 70.2,
  steps: [
    step('a | `b`', 7),
    step(';\n', 9, { boundaries: [{ at: 'line-end', offset: 8 }] }),
    step('more', 13, { judged: false, pDone: null, pAlive: null, logprob: null, ms: null }),
  ],
};

const LEARNED: Explanation = {
  ...SIMPLE,
  rule: 'learned-lite',
  weights: { hash: '0123456789ab', trainedOn: '3 traces; not certified' },
};

test('nothing that an engine says of its model becomes Markdown', () => {
  const model = '![x](https://leak.test)<img>';
  const page = whyMarkdown({ ...SIMPLE, model, digest: '`![y](https://leak.test)' });
  const line = page.split('\n').find((each) => each.startsWith('- Model:')) ?? '';
  assert.doesNotMatch(line, /(?<!\\)[!<[]/);
});

test('why it stopped is a table of tokens, and says which rule and weights decided', () => {
  const lines = whyMarkdown(LEARNED).split('\n');
  assert.ok(
    lines.includes(
      '- Rule: learned-lite, weights 0123456789ab, trained on 3 traces; not certified',
    ),
  );
  const rows = lines.filter((line) => /^\| \d/.test(line));
  assert.deepEqual(rows, [
    '| 1 | `` "a \\| `b`" `` | 7 | 40 | 0.500 | 0.250 | 0.750 |  | go on |',
    '| 2 | ` ";\\n" ` | 9 | 40 | 0.500 | 0.250 | 0.750 | line-end at 8 | **line-end** |',
    '| 3 | ` "more" ` | 13 | - | - | - | - |  | not judged |',
  ]);
});

test('a rule without learned weights says that it is not certified', () => {
  const page = whyMarkdown({ ...SIMPLE, offset: 0 });
  assert.match(page, /Rule: shortstop; not certified/);
  assert.match(page, /Nothing was served\./);
});

test('thresholds are told to three digits', () => {
  const thresholds = { tauDone: 0.8206399999999999, tauAlive: 0.054826400000000004, showBar: 0 };
  assert.match(
    whyMarkdown({ ...SIMPLE, thresholds }),
    /balanced: done from 0\.821, given up at 0\.0548, offered from 0,/,
  );
});
