import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Branches, tokensBehind } from '../../../server/completion/candidates/branches.ts';
import type { Alternative, TraceToken } from '../../../server/stopping/trace.ts';

const ln = Math.log;
const bare = (text: string, p: number): TraceToken => ({ text, logprob: ln(p) });
const ranked = (all: Record<string, number>): Alternative[] =>
  Object.entries(all).map(([text, p]) => ({ text, logprob: ln(p) }));
const token = (text: string, p: number, others: Record<string, number> = {}): TraceToken => ({
  ...bare(text, p),
  alternatives: ranked({ [text]: p, ...others }),
});

/** What each branch makes of the text, and how probable that is, to two digits. */
function inWords(branches: Branches): string[] {
  const words: string[] = [];
  for (let next = branches.take(); next; next = branches.take()) {
    const { before, token: other, probability } = next;
    const text = [...before, ...(other ? [other] : [])].map((one) => one.text).join('');
    words.push(`${text}${other ? '' : '?'} ${probability.toFixed(2)}`);
  }
  return words;
}

describe('where a text could have gone another way', () => {
  test('the likeliest beginning comes first, whichever token it differs in', () => {
    const tokens = [
      token('price', 0.6, { total: 0.2, sum: 0.1 }),
      token(' *', 0.5, { ' +': 0.4 }),
      token(' tax', 0.9, { ' fee': 0.04 }),
    ];
    assert.deepEqual(inWords(new Branches(tokens, 100)), [
      'price + 0.24',
      'total 0.20',
      'sum 0.10',
      'price * fee 0.01',
    ]);
  });

  test("neither the text's own token nor the model's end is another way", () => {
    assert.ok(new Branches([token('price', 0.6, { '': 0.3 })], 100).isEmpty);
  });

  test('what was generated behind the text on show is left alone', () => {
    const tokens = [token('price', 0.6, { total: 0.2 }), token(';\n', 0.5, { ' +': 0.4 })];
    assert.deepEqual(inWords(new Branches(tokens, 'price'.length)), ['total 0.20']);
  });

  test('without alternatives it is asked first where the model was least sure', () => {
    const branches = new Branches([bare('price', 0.9), bare(' *', 0.4), bare(' tax', 0.99)], 100);
    const place = branches.take();
    assert.ok(place);
    assert.equal(place.token, null);
    assert.deepEqual(place.before, [bare('price', 0.9)]);
    branches.settle(place, ranked({ ' *': 0.4, ' +': 0.3, ' -': 0.1 }));
    assert.deepEqual(inWords(branches), [
      'price + 0.27',
      '? 0.10',
      'price - 0.09',
      'price *? 0.00',
    ]);
  });

  test('an engine without log-probabilities has no other way', () => {
    assert.ok(new Branches([{ text: 'price', logprob: null }], 100).isEmpty);
  });
});

test('what is typed of a token can not be changed any more, what comes behind it can', () => {
  const tokens = [token('price', 0.6, { pine: 0.2 }), token(' *', 0.5, { ' +': 0.4 })];
  const left = tokensBehind(tokens, 'pr'.length);
  assert.deepEqual(inWords(new Branches(left, 100)), ['ice + 0.40']);
  assert.deepEqual(tokensBehind(tokens, 'price'.length), tokens.slice(1));
});
