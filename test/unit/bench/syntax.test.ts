import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { LoadedParser } from '../../../bench/syntax/grammars.ts';
import { loadParsers, PARSED_LANGUAGES } from '../../../bench/syntax/grammars.ts';
import { faultsIn, spanAround } from '../../../bench/syntax/faults.ts';
import { shippedTraces } from '../../../bench/report/command.ts';
import { syntaxCommand } from '../../../bench/syntax/command.ts';
import { timeParses } from '../../../bench/syntax/cost.ts';
import {
  atEndOfBlock,
  atFirstParse,
  endOfBlock,
  inEmptyBlock,
  matchesAtSomeLine,
} from '../../../bench/syntax/places.ts';
import { readSyntax } from '../../../bench/syntax/reading.ts';
import { areaUnderCurve, compareScores, crossScores } from '../../../bench/syntax/separation.ts';
import {
  newFaults,
  parseDocument,
  parseText,
  SYNTAX_FEATURES,
  syntaxFeatures,
} from '../../../bench/syntax/syntax-features.ts';
import type { CursorContext } from '../../../server/stopping/trace.ts';
import { trace } from './samples.ts';

const { parsers } = await loadParsers([...PARSED_LANGUAGES, 'cobol']);

function parserOf(languageId: string): LoadedParser {
  const loaded = parsers.get(languageId);
  assert.ok(loaded, languageId);
  return loaded;
}

function around(languageId: string, prefix: string, suffix: string): CursorContext {
  return { prefix, suffix, languageId, kind: 'line-end', multiLine: 'auto' };
}

const documentOf = (languageId: string, prefix: string, suffix: string) =>
  parseDocument(parserOf(languageId).parser, around(languageId, prefix, suffix));

describe('new faults around the cursor', () => {
  const cases = [
    ['typescript', 'const a: number = 1;\nconst b = ', '\nf(a);\n', '2;', '(2;'],
    ['typescript', 'const b = ', '\nf(a);\n', '2;', 'f('],
    ['typescriptreact', 'const e = (\n  <p>\n    ', '\n  </p>\n);\n', '<b>x</b>', '{a b}'],
    ['javascript', 'function f(x) {\n  return ', '\n}\n', '[x];', '[x;'],
    ['javascriptreact', 'function f() {\n  return ', '\n}\n', '<p>x</p>;', '<p>x</;'],
    ['python', 'def f(x):\n    return ', '\n\nf(1)\n', 'x + 1', 'x +'],
    ['go', 'package m\n\nfunc f(x int) int {\n\treturn ', '\n}\n', 'x + 1', 'x)'],
    ['rust', 'fn f(x: i32) -> i32 {\n    ', '\n    x\n}\n', 'g(x);', 'g(x;'],
  ] as const;
  for (const [language, prefix, suffix, good, bad] of cases) {
    test(`${language}: ${good} brings none, ${bad} does`, () => {
      const document = documentOf(language, prefix, suffix);
      assert.equal(newFaults(document, good), 0, good);
      assert.ok(newFaults(document, bad) > 0, bad);
    });
  }

  test('what is broken at the cursor is for the text to mend, and counts until it is', () => {
    const document = documentOf('go', 'package m\n\nfunc f() int {\n\treturn g(', '\n}\n');
    assert.ok(document.faults.length > 0);
    assert.equal(newFaults(document, '1)'), 0);
    assert.ok(newFaults(document, '1') > 0);
  });

  test('what a cut window breaks far from the cursor is no fault of the text', () => {
    const head = '  } else {\n    g();\n  }\n}\nk();\n';
    const document = documentOf('typescript', head, '\n\nk();\nfunction h() {\n');
    assert.deepEqual(document.faults, []);
    assert.ok(document.all > 0);
    assert.equal(newFaults(document, 'const b = 2;'), 0);
  });

  test('the span ends with the next line that has something on it', () => {
    const suffix = ' + 1\n\n  \n  next();\nfar();\n';
    const { from, to } = spanAround('above;\nconst a = ', 'b', suffix);
    const whole = `above;\nconst a = b${suffix}`;
    assert.equal(whole.slice(from, to), 'const a = b + 1\n\n  \n  next();');
  });

  test('a made-up token counts as missing, a fault outside the span not at all', () => {
    const tree = parseText(parserOf('typescript').parser, 'f(1;\n\n\ng(2;\n');
    assert.deepEqual(faultsIn(tree.rootNode, { from: 0, to: 4 }), [
      { start: 3, end: 3, missing: true },
    ]);
    tree.delete();
  });

  test('the numbers have their names, and say so where a fault begins in the text', () => {
    const document = documentOf('typescript', 'const b = ', '\nf();\n');
    const named = (text: string) =>
      new Map(syntaxFeatures(document, text).map((value, i) => [SYNTAX_FEATURES[i] ?? '', value]));
    assert.equal(syntaxFeatures(document, '(2;').length, SYNTAX_FEATURES.length);
    assert.equal(named('(2;').get('a fault begins in the text'), 1);
    assert.equal(named('(2;').get('parses without new faults'), 0);
    assert.equal(named('(2;').get('missing tokens'), 1);
    assert.equal(named('2;').get('parses without new faults'), 1);
  });

  test('a language without a grammar is left out', () => {
    assert.equal(parsers.has('cobol'), false);
    const sample = { ...trace(['1;', '\n'], '1;'), lang: 'cobol' };
    assert.equal(readSyntax(sample, parsers), null);
  });
});

describe('places to stop', () => {
  const endIn = (language: string, prefix: string, text: string) => {
    const end = endOfBlock(parserOf(language), around(language, prefix, ''), text);
    return end === null ? null : text.slice(0, end);
  };

  test('a block ends at its bracket, and not at one inside it', () => {
    const prefix = 'function f(a) {\n  ';
    assert.equal(endIn('javascript', prefix, 'if (a) {\n    g();\n  }\n'), null);
    assert.equal(
      endIn('javascript', prefix, 'if (a) {\n    g();\n  }\n}\nf();\n')?.trimEnd(),
      'if (a) {\n    g();\n  }',
    );
    assert.equal(
      endIn('go', 'package m\n\nfunc f() {\n\t', 'g()\n\th()\n}\n')?.trimEnd(),
      'g()\n\th()',
    );
    assert.equal(endIn('rust', 'fn f() {\n    ', 'g();\n}\n')?.trimEnd(), 'g();');
    assert.equal(
      endIn('typescript', 'interface A {\n  ', 'b: number;\n}\n')?.trimEnd(),
      'b: number;',
    );
  });

  test('a block of Python ends at the first line that stands left of it', () => {
    assert.equal(endIn('python', 'def f(x):\n    ', 'y = x\n    return y\n'), null);
    assert.equal(
      endIn('python', 'def f(x):\n    ', 'y = x\n    return y\n\nf(1)\n')?.trimEnd(),
      'y = x\n    return y',
    );
  });

  const body = trace(['a();', '\n  ', 'b();', '\n', '}', '\n', 'c();'], 'a();\n  b();', {
    prompt: 'function f() {\n  ',
    suffix: '\n}\n',
  });

  test('the end of an empty block is served with all of its lines, at the cost of seeing it end', () => {
    assert.equal(inEmptyBlock(body), true);
    assert.deepEqual(atEndOfBlock(body, parserOf('typescript')), { matched: true, tokens: 6 });
    assert.equal(matchesAtSomeLine(body), true);
  });

  test('a block that has lines below the cursor is not empty', () => {
    assert.equal(inEmptyBlock({ ...body, suffix: '\n  c();\n}\n' }), false);
  });

  test('the first line that parses is served, and the first of all where none does', () => {
    const call = trace(['f(', '\n  1', ',\n', ');', '\n', 'g();'], 'f(\n  1,\n);');
    const parser = parserOf('typescript');
    assert.deepEqual(atFirstParse(call, parser, 4), { matched: true, tokens: 5 });
    assert.deepEqual(atFirstParse(call, parser, 2), { matched: false, tokens: 3 });
  });
});

describe('what syntax adds', () => {
  test('the area under the curve counts pairs in order, ties half', () => {
    assert.equal(areaUnderCurve([0.1, 0.9], [false, true]), 1);
    assert.equal(areaUnderCurve([0.9, 0.1], [false, true]), 0);
    assert.equal(areaUnderCurve([0.5, 0.5, 0.9], [false, true, true]), 0.75);
    assert.equal(areaUnderCurve([0.5, 0.5, 0.9], [false, true, true], [1, 1, 0]), 0.5);
  });

  test('a predictor that tells shows as a gain on problems that the fit did not see, noise as none', () => {
    const cases = Array.from({ length: 200 }, (_, i) => ({
      problem: `p${i >> 1}`,
      label: i % 3 === 0,
      weight: 1,
      noise: (i * 7919) % 101,
    }));
    const by = (of: (one: (typeof cases)[number]) => number) =>
      crossScores(
        cases.map((one) => ({ ...one, features: [of(one)] })),
        [1],
      );
    const noise = by((one) => one.noise);
    const telling = by(({ label }) => Number(label));
    const plain = cases.map((one) => ({ ...one, features: [] }));
    const { logLossChange, areaChange } = compareScores(plain, noise, telling, 50);
    assert.ok(logLossChange && logLossChange.high < 0);
    assert.ok(areaChange.low > 0.2);
    assert.equal(compareScores(plain, noise, noise, 50).areaChange.high, 0);
  });
});

test('an edited tree has the faults of one parsed anew', () => {
  const sample = trace(['(2', ';\n', 'g(', '1);', '\n', 'h();'], '2;');
  const times = timeParses([sample], parserOf('typescript'), 32);
  assert.equal(times.full.length, 2);
  assert.equal(times.agreed, 2);
});

test('a trace is read up to the decision, at every token and at its line breaks', () => {
  const read = readSyntax(trace(['(2', ';', '\n', 'g();'], '(2;'), parsers);
  assert.ok(read);
  const { rows } = read.trace;
  assert.equal(read.everyToken.length, rows.length);
  assert.equal(read.atNewlines[0], null);
  assert.notEqual(read.atNewlines.at(-1), null);
  assert.equal(read.served[0], 0);
});

const files = await shippedTraces();
const skip = files.length > 0 ? false : 'no traces of its own source ship with the project';

test(
  'the command reads traces, and holds each way to use syntax against the lite features',
  { skip },
  async () => {
    const lines: string[] = [];
    const traces = files.flatMap((file) => ['--traces', file]);
    await syntaxCommand([...traces, '--seeds', '1', '--draws', '5'], (line) => lines.push(line));
    const row = (name: string) => lines.find((line) => line.startsWith(`| ${name}`)) ?? '';
    assert.match(row('lite features'), / 1\.000 \[1\.000, 1\.000\] /);
    assert.match(row('+ syntax at newlines'), /\d\.\d{3} \[/);
    assert.match(row('+ syntax at every token'), /\d\.\d{3} \[/);
    assert.match(row('typescript'), / ms \| \d+ \| p50 \d+ us, p99 \d+ us /);
  },
);
