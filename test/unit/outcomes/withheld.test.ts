import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { drawEpisode } from '../../../server/outcomes/draw.ts';
import { Typist } from './typist.ts';

describe('a withheld episode', () => {
  const draws = (values: number[]) => () => values.shift() ?? 0.99;

  test('is drawn with its probability, apart from control, and never two in a row', () => {
    const user = new Typist('|', { random: draws([0.25, 0.25, 0.25, 0.05]) });
    user.controlRate = 0.1;
    user.withheldRate = 0.2;
    const next = () => {
      const { control, withheld, withheldRate, chance } = user.ask();
      user.insert('\nx');
      user.settle();
      user.settled.length = 0;
      return { control, withheld, withheldRate, chance: Number(chance.toFixed(6)) };
    };
    const drawn = { control: false, withheld: true, withheldRate: 0.2, chance: 0.75 };
    assert.deepEqual(next(), drawn);
    const after = { control: false, withheld: false, withheldRate: 0, chance: 0.166667 };
    assert.deepEqual(next(), after);
    assert.deepEqual(next(), drawn);
    assert.deepEqual(next(), { control: true, withheld: false, withheldRate: 0, chance: 0.5 });
  });

  test('is never begun by a command', () => {
    const user = new Typist('|', { random: () => 0 });
    user.withheldRate = 1;
    assert.partialDeepStrictEqual(user.ask('line-end', false), {
      withheld: false,
      withheldRate: 0,
    });
  });

  test('withholds wherever its text has grown to, and there alone', () => {
    const user = new Typist('a = |;\nb = 1;', { random: () => 0 });
    user.withheldRate = 1;
    const withholds = () => {
      const { uri, text, cursor: offset } = user;
      return user.tracker.withholds({ uri, text, offset });
    };
    assert.equal(withholds(), false);
    user.ask();
    user.type('foo(');
    assert.equal(withholds(), true);
    user.cursor = user.text.length;
    assert.equal(withholds(), false);
    user.settle();
    user.cursor = 8;
    assert.equal(withholds(), false);
  });

  test('stays withheld in the next process', () => {
    const before = new Typist('x = |;', { random: () => 0 });
    before.withheldRate = 1;
    before.ask();
    before.tracker.suspend();
    const after = new Typist('x = |;', { left: before.saved.slice(-1) });
    const { uri, text, cursor: offset } = after;
    assert.equal(after.tracker.withholds({ uri, text, offset }), true);
  });
});

test('control, withheld and neither have their shares, and the chance left is uniform in each', () => {
  const n = 100_000;
  const drawn = Array.from({ length: n }, (_, i) => drawEpisode((i + 0.5) / n, 0.1, 0.02));
  const groups = [
    drawn.filter(({ control }) => control),
    drawn.filter(({ withheld }) => withheld),
    drawn.filter(({ control, withheld }) => !control && !withheld),
  ];
  assert.deepEqual(
    groups.map(({ length }) => length / n),
    [0.1, 0.02, 0.88],
  );
  for (const group of groups) {
    const chances = group.map(({ chance }) => chance);
    const mean = chances.reduce((sum, one) => sum + one, 0) / chances.length;
    assert.ok(Math.abs(mean - 0.5) < 1e-3);
    assert.ok(Math.min(...chances) >= 0 && Math.max(...chances) < 1);
  }
  assert.deepEqual(drawEpisode(0.95, 0.9, 0.5).withheldRate, 1 - 0.9);
});
