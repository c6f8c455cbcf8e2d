import assert from 'node:assert/strict';
import { test } from 'node:test';
import { shortstopRule } from '../../../server/stopping/rules/shortstop-rule.ts';
import { PATIENT, at, tokensOf } from './synthetic.ts';

test('a step takes less than 50 microseconds, at the end of a long answer too', () => {
  const context = at('{\n  a();\n  |\n}', 'typescript', 'always');
  const lines = Array.from({ length: 400 }, (_, i) => `  call${i}(first, ${i});\n`).join('');
  const times: number[] = [];
  for (let round = 0; round < 5; round++) {
    let state = shortstopRule.begin(context, { ...PATIENT, maxTokens: 4096 });
    for (const token of tokensOf(lines)) {
      const before = performance.now();
      const step = shortstopRule.step(state, token);
      times.push(performance.now() - before);
      assert.equal(step.decision, null);
      state = step.state;
    }
  }
  const last = times.slice(-1000).sort((a, b) => a - b);
  assert.ok((last[500] ?? Infinity) < 0.05, `median ${String(last[500])} ms`);
});
