import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Place } from '../../../server/completion/memory.ts';
import { Stretch } from '../../../server/completion/stretch.ts';

const place = (marked: string): Place => {
  const offset = marked.indexOf('|');
  return { uri: 'file:///a.ts', text: marked.replace('|', ''), offset };
};
const at = (stretch: Stretch, marked: string) => {
  stretch.moveTo(place(marked));
  return stretch.now(place(marked), 'typescript');
};
const ANSWER = {
  tokens: [
    { text: 'comp', logprob: Math.log(0.9) },
    { text: 'ute', logprob: Math.log(0.25) },
  ],
  offered: false,
  pAlive: 0.04,
};

describe('a stretch of typing', () => {
  test('begins without an answer', () => {
    const { kind, letters, behind, last } = at(new Stretch(), 'const a = |\n');
    assert.deepEqual(
      { kind, letters, behind, last },
      {
        kind: 'line-end',
        letters: 0,
        behind: 'blank',
        last: null,
      },
    );
  });

  test('knows how far typing agreed with the last answer, and how sure the model was there', () => {
    const stretch = new Stretch();
    at(stretch, 'const a = |\n');
    stretch.answered(place('const a = |\n'), ANSWER);
    const { last, letters } = at(stretch, 'const a = comx|\n');
    assert.equal(letters, 4);
    assert.deepEqual(
      { ...last, contradicted: last?.contradicted?.toFixed(2) },
      {
        accepted: false,
        typed: 4,
        agreed: 3,
        silent: true,
        pAlive: 0.04,
        contradicted: '0.90',
        failures: 1,
      },
    );
  });

  test('counts requests in a row of which nothing was accepted', () => {
    const stretch = new Stretch();
    at(stretch, 'a = |\n');
    stretch.answered(place('a = |\n'), ANSWER);
    at(stretch, 'a = x|\n');
    stretch.answered(place('a = x|\n'), ANSWER);
    assert.equal(at(stretch, 'a = xy|\n').last?.failures, 2);
    stretch.accepted();
    assert.equal(at(stretch, 'a = xy|\n').last?.accepted, true);
    stretch.answered(place('a = xy|\n'), ANSWER);
    assert.equal(at(stretch, 'a = xyz|\n').last?.failures, 1);
  });

  test('ends where the cursor goes elsewhere, or a line is typed through', () => {
    const stretch = new Stretch();
    at(stretch, 'a = |\nb\n');
    stretch.answered(place('a = |\nb\n'), ANSWER);
    assert.equal(at(stretch, 'a = \nb|\n').last, null);
  });
});
