import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { StopRule } from '../../../server/stopping/controller.ts';
import { codyRule, trimCody } from '../../../bench/peers/rules/cody.ts';
import { matchingSuffixLength } from '../../../bench/peers/rules/cody-text.ts';
import { continueRule, filterLines } from '../../../bench/peers/rules/continue.ts';
import { trimContinue } from '../../../bench/peers/rules/continue-trim.ts';
import { coveredSuffix, snip, terseTrim } from '../../../bench/peers/rules/copilot.ts';
import { endsHere, infillSampler } from '../../../bench/peers/rules/infill-sampler.ts';
import { asInsertion, cutOverlap } from '../../../bench/peers/rules/overlap.ts';
import { simpleRule } from '../../../bench/peers/rules/simple.ts';
import { tabbyRule, trimTabby } from '../../../bench/peers/rules/tabby.ts';
import { trimTwinny } from '../../../bench/peers/rules/twinny-format.ts';
import { twinnyRule } from '../../../bench/peers/rules/twinny.ts';
import { PATIENT } from '../../../server/stopping/policy/point.ts';
import { replay } from '../../../server/stopping/replay.ts';
import type { CursorContext, TraceToken } from '../../../server/stopping/trace.ts';

function at(prefix: string, suffix = '\n', languageId = 'typescript'): CursorContext {
  return { prefix, suffix, languageId, kind: 'line-end', multiLine: 'auto' };
}
const settings = { ...PATIENT, maxTokens: 128 };
const asTokens = (texts: readonly string[], logprob = -0.1): TraceToken[] =>
  texts.map((text) => ({ text, logprob }));
const run = (
  rule: StopRule,
  context: CursorContext,
  texts: readonly string[],
  logprob?: number,
) => {
  const { decision, served } = replay(rule, context, settings, asTokens(texts, logprob), 'cap');
  return { served, tokens: decision.tokens, reason: decision.reason };
};

describe('simple', () => {
  test('stops before the rest of the line, also where that begins inside a token', () => {
    const { served, tokens } = run(simpleRule(), at('f(', ') {\n'), ['a', ', g(b)', ') {\n']);
    assert.equal(served, 'a, g(b)');
    assert.equal(tokens, 3);
  });
  test('finds a rest of two characters across two tokens', () => {
    assert.equal(run(simpleRule(), at('x ', 'as Y;\n'), ['= z ', 'a', 's Y']).served, '= z ');
  });
  test('gives up once the text has become improbable', () => {
    const { served, tokens, reason } = run(simpleRule(), at('x = '), ['a', 'b', 'c'], -0.9);
    assert.deepEqual({ served, tokens, reason }, { served: '', tokens: 3, reason: 'hopeless' });
  });
});

describe('overlaps', () => {
  test('the end that repeats how the rest of the line begins is cut', () => {
    assert.equal(cutOverlap('a, b) ', at('f(', ') => {\n')), 'a, b');
    assert.equal(cutOverlap('a, b', at('f(', ') => {\n')), 'a, b');
  });
  test('a replacement is an insertion only where it ends with what it replaces', () => {
    assert.equal(asInsertion('a)', 1, at('f(', ')\n')), 'a');
    assert.equal(asInsertion('a', 1, at('f(', ')\n')), null);
  });
});

describe('llama.cpp infill sampler', () => {
  const p = (...pairs: [string, number][]) =>
    pairs.map(([text, share]) => ({ text, logprob: Math.log(share) }));
  test('ends the text where ending is not improbable against the words', () => {
    // n is 2 after top-p: 3 * 0.2 * 2 > 0.8
    assert.equal(endsHere(p(['x', 0.8], ['', 0.2])), true);
    // 3 * 0.05 * 3 < 0.95
    assert.equal(endsHere(p(['x', 0.9], ['y', 0.05], ['', 0.05])), false);
  });
  test('ends the text where no word is likely enough, unless words begin alike', () => {
    assert.equal(
      endsHere(p(['a', 0.19], ['b', 0.18], ['c', 0.17], ['d', 0.16], ['e', 0.15])),
      true,
    );
    assert.equal(
      endsHere(p(['a', 0.19], ['ab', 0.18], ['c', 0.17], ['d', 0.16], ['e', 0.15])),
      false,
    );
  });
  test('cuts the line that is indented less than the cursor’s', () => {
    const { served } = run(infillSampler, at('  if (x) {\n    y', '\n'), ['();', '\n  ', '}']);
    assert.equal(served, '();\n  ');
  });
});

describe('Continue', () => {
  test('a blank line ends what is shown, the line below ends the generation', () => {
    const shown = filterLines('a;\n\nb;', at('', '\n'), true);
    assert.deepEqual(shown, { offset: 2, closed: true, fullStop: false });
    const stopped = filterLines('a;\nreturn x;\nc', at('', '\nreturn x;\n'), true);
    assert.deepEqual(stopped, { offset: 2, closed: true, fullStop: true });
  });
  test('its clocks leave the first line of ten tokens', () => {
    const rule = continueRule({ firstTokenMs: 500, msPerToken: 42 });
    const { served, tokens } = run(rule, at(''), 'a b \n c d e f g h i j k l'.split(' '));
    assert.deepEqual({ served, tokens }, { served: 'ab', tokens: 10 });
  });
  test('several lines replace the rest of the line, one line does if it ends like it', () => {
    assert.equal(trimContinue('a)', at('f(', ')\n')), 'a');
    assert.equal(trimContinue('a', at('f(', ')\n')), 'a');
    assert.equal(trimContinue('a,\n b)', at('f(', ')\n')), 'a,\n b');
    assert.equal(trimContinue('a,\n b', at('f(', ')\n')), null);
  });
});

describe('Cody', () => {
  test('goes on after a first line that opens a block, to the block’s end', () => {
    const texts = ['my', '() {\n', '    a();\n', '}\n', 'b();\n'];
    const context = at('function ', '\n');
    const { served, tokens } = run(codyRule, context, texts);
    assert.equal(tokens, 5);
    assert.equal(trimCody(served, context), 'my() {\n    a();\n}');
  });
  test('else stops at the first line’s end', () => {
    assert.equal(run(codyRule, at('const x = '), ['a', ';\n', 'b']).served, 'a;');
  });
  test('characters of the rest of the line that occur in order are overwritten', () => {
    assert.equal(matchingSuffixLength('array) {', ')'), 1);
    assert.equal(trimCody('array)', at('sort(', ')\n')), 'array');
  });
});

describe('Tabby', () => {
  test('stops at a blank line, or a keyword at a line’s start', () => {
    assert.equal(run(tabbyRule, at('x'), ['a;', '\n\n  ', 'b']).served, 'a;');
    assert.equal(run(tabbyRule, at('x'), ['a;', '\n', 'export', ' b']).served, 'a;');
  });
  test('keeps one line inside a line, and nothing short', () => {
    assert.equal(trimTabby('a, b, message);\nx', at('log(', 'message);\n')), 'a, b, ');
    assert.equal(trimTabby('nil', at('return ', '\n')), '');
  });
  test('ends with the scope of the cursor’s line', () => {
    const context = at('  if (x) {\n    foo', '\n  }\n}\n');
    assert.equal(trimTabby('(1);\n    bar();\n  }\n  baz();', context), '(1);');
  });
});

describe('Twinny', () => {
  test('one line between text, more elsewhere', () => {
    assert.equal(run(twinnyRule, at('f(', 'x)\n'), ['a', ',\n', 'b', '\n\n']).tokens, 2);
    assert.equal(run(twinnyRule, at('a = ', '\n'), ['b +', '\n', '  c', ';\n', 'd']).tokens, 4);
  });
  test('the formatter takes away brackets, quotes and overlaps that are there already', () => {
    assert.equal(trimTwinny("')", at("f('", "')\n")), "'".slice(1));
    assert.equal(trimTwinny('a, b)', at('f(', ')\n')), 'a, b');
    assert.equal(trimTwinny('next();', at('x;', '\nnext();\n')), '');
    assert.equal(trimTwinny('rest', at('wo', 'rd\n')), '');
  });
});

describe('Copilot', () => {
  test('the terse trimmer ends before a new block, at a blank line, or after three lines', () => {
    assert.equal(terseTrim('a();\nb();\nif (x) {\n  c();\n}', 0, '//'), 9);
    assert.equal(terseTrim('a();\n\nb();', 0, '//'), 4);
    assert.equal(terseTrim('a();\nb();', 0, '//'), undefined);
    assert.equal(terseTrim('x();\n'.repeat(13), 0, '//'), 14);
  });
  test('closing lines that stand below are snipped', () => {
    assert.equal(snip('if (x) {\n  y();\n}', '\n}\n'), 'if (x) {\n  y();');
    assert.equal(snip('a();\nb();', '\n}\n'), 'a();\nb();');
  });
  test('the rest of the line is covered as a whole or character by character', () => {
    assert.equal(coveredSuffix('a, b)', ')'), 1);
    assert.equal(coveredSuffix('x) {', ') {'), 3);
    assert.equal(coveredSuffix('x)', ');'), 1);
  });
});
