import assert from 'node:assert/strict';
import { test } from 'node:test';
import { replay } from '../../../server/stopping/replay.ts';
import { shortstopRule } from '../../../server/stopping/rules/shortstop-rule.ts';
import type { CursorContext } from '../../../server/stopping/trace.ts';
import { PATIENT, at, served, tokensOf } from './synthetic.ts';

function stops(context: CursorContext, text: string, settings = {}): [string, string] {
  const { decision, served: got } = served(context, tokensOf(text), settings);
  return [decision.reason, got];
}

test('one line is served, without the line break that a token carries', () => {
  assert.deepEqual(stops(at('  return |\n}'), 'a + b;\n}\n'), ['line-end', 'a + b;']);
});

test('the answer ends where the rest of the line begins, inside a token too', () => {
  assert.deepEqual(stops(at('print(len(|))\nx'), 'items))\nfor'), ['rest-of-line', 'items']);
  const merged = [{ text: 'a.b).c', logprob: -0.1 }];
  assert.equal(served(at('f(|)'), merged).served, 'a.b');
});

test('brackets and strings of the answer itself do not end it', () => {
  assert.equal(stops(at('f(|)'), 'g(1), ")")\n')[1], 'g(1), ")"');
  assert.equal(stops(at('f("a|")'), 'b (c")\n')[1], 'b (c');
});

test('where the rest leaves a bracket of the line open, the answer closes it', () => {
  assert.deepEqual(stops(at('f(x[|, y)'), '0], y)\n'), ['rest-of-line', '0]']);
});

test('a bracket that closes more than the rest leaves to close ends the answer', () => {
  assert.deepEqual(stops(at('f(x[|], y)'), '0)\n'), ['brackets-closed', '0']);
});

test('a string that the rest does not close must be closed by the answer', () => {
  assert.equal(stops(at('  kind="|,\n  a=1,'), 's3",\n')[1], 's3"');
});

test('where the rest closes what nothing opened, the answer opens it', () => {
  assert.equal(stops(at('{\n  session.|)\n}'), 'initialize()\n')[1], 'initialize(');
  assert.equal(stops(at('{\n  let root |);\n}'), '= dir().unwrap();\n')[1], '= dir().unwrap(');
});

test('an empty first line serves nothing, but a block may begin below its opener', () => {
  assert.deepEqual(stops(at('a();|\nb();'), '\nc();\n'), ['line-end', '']);
  assert.equal(stops(at('if (a) {|\n}'), '\n  b();\n')[1], '\n  b();');
});

test('whole lines are inserted with their line break', () => {
  const context = at('  for x in y:\n|    print(z)\n', 'python');
  assert.deepEqual(stops(context, '    z = x\n    print'), ['line-end', '    z = x\n']);
});

test('a block that the line opens is followed to its close, if its body is missing', () => {
  const text = 'if (a) {\n    b();\n  }\n  c();\n';
  const missing = '{\n  x();\n  |\n}';
  assert.deepEqual(stops(at(missing), text), ['line-end', 'if (a) {\n    b();\n  }']);
  assert.equal(stops(at('{\n  x();\n  |\n    b();\n  }\n}'), text)[1], 'if (a) {');
  assert.equal(stops(at(missing, 'typescript', 'never'), text)[1], 'if (a) {');
});

test('an improbable line is not followed into its block', () => {
  const tokens = tokensOf('if (a) {\n    b();\n  }\n', -0.3);
  assert.equal(served(at('{\n  x();\n  |\n}'), tokens).served, 'if (a) {');
});

test('a block without brackets ends with its indentation', () => {
  const context = at('def f(a):\n    x = 1\n    |\n', 'python');
  const text = 'if a:\n        b = 1\n        c = 2\n    d = 3\n';
  const whole = 'if a:\n        b = 1\n        c = 2';
  assert.deepEqual(stops(context, text), ['indent-left', whole]);
  assert.deepEqual(stops(context, text, { tauDone: 0.9 }), ['confident', 'if a:\n        b = 1']);
});

test('asked for several lines, the answer ends at a blank line, a dedent, or a closed bracket', () => {
  const always = (code: string) => at(code, 'typescript', 'always');
  const inside = always('{\n  x();\n  |\n}');
  assert.deepEqual(stops(inside, 'a();\n  b();\n\n  c();\n'), ['blank-line', 'a();\n  b();']);
  assert.deepEqual(stops(inside, 'a();\n  b();\n}\n'), ['indent-left', 'a();\n  b();']);
  assert.deepEqual(stops(always('{|\n}'), '\n  a();\n}\n'), ['brackets-closed', '\n  a();']);
});

test('what already stands below the cursor is not served again', () => {
  const context = at('{\n  a();\n  |\n  callOfSomething(1);\n}', 'typescript', 'always');
  const [reason, text] = stops(context, 'b();\n  callOfSomething(1);\n');
  assert.deepEqual([reason, text], ['suffix-reproduced', 'b();']);
});

test('a loop of tokens or lines ends the answer', () => {
  assert.deepEqual(stops(at('x = |\n'), 'a a a a a a a a a a a a'), ['loop', '']);
  const lines = at('{\n  x();\n  |\n}', 'typescript', 'always');
  assert.equal(stops(lines, 'a(1);\n  a(1);\n  a(1);\n  a(1);\n')[0], 'loop');
});

test('the cap serves complete lines only', () => {
  const lines = at('{\n  x();\n  |\n}', 'typescript', 'always');
  const got = served(lines, tokensOf('a(b);\n  c(d);\n'), { maxTokens: 6 });
  assert.deepEqual([got.decision.reason, got.served, got.decision.tokens], ['cap', 'a(b);', 6]);
});

test('a natural end serves what is there', () => {
  const got = replay(shortstopRule, at('x = |\n'), PATIENT, tokensOf('y + 1  '), 'natural-end');
  assert.deepEqual([got.decision.reason, got.served], ['natural-end', 'y + 1']);
});

test('an improbable line is given up, and what passed before it is served', () => {
  const good = tokensOf('a(b);\n', -0.01);
  const bad = tokensOf('  c(d);\n', -1);
  assert.deepEqual(served(at('x = |\n'), bad, { tauAlive: 0.2 }).decision, {
    reason: 'hopeless',
    offset: 0,
    tokens: 2,
    pDone: Math.exp(-1),
    pAlive: Math.exp(-2),
  });
  const lines = at('{\n  x();\n  |\n}', 'typescript', 'always');
  assert.equal(served(lines, [...good, ...bad], { tauAlive: 0.2 }).served, 'a(b);');
});

test('what does not pass the show bar is not offered', () => {
  const tokens = tokensOf('a + b;\n', -1);
  assert.equal(served(at('x = |\n'), tokens, { showBar: 0.36 }).served, 'a + b;');
  assert.equal(served(at('x = |\n'), tokens, { showBar: 0.37 }).served, '');
});

test('without log-probabilities the hard stops decide, whatever the thresholds', () => {
  const tokens = tokensOf('a + b;\n', null);
  const got = served(at('x = |\n'), tokens, { tauDone: 0, tauAlive: 1, showBar: 1 });
  assert.deepEqual([got.decision.reason, got.served], ['line-end', 'a + b;']);
  assert.deepEqual([got.decision.pDone, got.decision.pAlive], [null, null]);
});

test('CRLF ends a line like LF', () => {
  assert.equal(served(at('x = |\n'), [{ text: 'y;\r\n', logprob: 0 }]).served, 'y;');
});
