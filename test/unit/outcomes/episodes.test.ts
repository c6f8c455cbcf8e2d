import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MAX_REGION } from '../../../server/outcomes/episode.ts';
import type { OpenEpisode } from '../../../server/outcomes/records.ts';
import { seededRandom } from '../../../server/learning/random.ts';
import { Typist } from './typist.ts';

function lastSaved(user: Typist): OpenEpisode {
  const saved = user.saved.at(-1);
  assert.ok(saved);
  return saved;
}

test('all requests of one stretch of typing at one place are one episode', () => {
  const user = new Typist('x = |;\nother\n');
  const first = user.ask();
  user.type('foo');
  const second = user.ask();
  user.backspace();
  const third = user.ask();
  assert.equal(second.episodeId, first.episodeId);
  assert.equal(third.episodeId, first.episodeId);
  assert.deepEqual([first.first, second.first, third.first], [true, false, false]);
});

test('another place, and the same place once it has settled, are another episode', () => {
  const user = new Typist('x = |;\nother\n');
  const first = user.ask();
  user.cursor = user.text.indexOf('other');
  const elsewhere = user.ask();
  assert.notEqual(elsewhere.episodeId, first.episodeId);
  user.wait(30_000);
  assert.equal(user.settled.length, 2);
  const later = user.ask();
  assert.notEqual(later.episodeId, elsewhere.episodeId);
  assert.equal(later.first, true);
});

test('how far a stream is followed is drawn for each request, with the rates of that moment', () => {
  const draws = [0.5, 0.9, 0.5, 0.2, 0.05, 0.4];
  const user = new Typist('x = |\n', { random: () => draws.shift() ?? 0.99 });
  Object.assign(user, { controlRate: 0.6, newlineRate: 0.25 });
  const first = user.ask();
  assert.partialDeepStrictEqual(first, { control: true, controlRate: 0.6, toNewline: false });
  user.controlRate = 0.1;
  user.type('f');
  const second = user.ask();
  assert.partialDeepStrictEqual(second, { control: false, controlRate: 0.1, toNewline: true });
  assert.equal(second.newlineRate, 0.25);
  assert.equal(second.chance, first.chance);
  assert.partialDeepStrictEqual(user.ask(), { control: true, toNewline: false });
});

test('what experiments draw by is uniform whether the first request is control or not', () => {
  const user = new Typist('x = |\n', { random: seededRandom(5) });
  user.controlRate = 0.3;
  const chances = new Map<boolean, number[]>([
    [true, []],
    [false, []],
  ]);
  for (let episode = 0; episode < 2000; episode++) {
    const { control, chance } = user.ask();
    assert.equal(user.ask().chance, chance);
    chances.get(control)?.push(chance);
    user.wait(120_000);
  }
  for (const drawn of chances.values()) {
    assert.ok(drawn.length > 500);
    for (const level of [0.25, 0.5, 0.75]) {
      const share = drawn.filter((chance) => chance < level).length / drawn.length;
      assert.ok(Math.abs(share - level) < 0.06, `${share} below ${level}`);
    }
  }
});

test('a request that waited while the document moved on belongs where its cursor went', () => {
  const user = new Typist('aaa\nx = |\n');
  const { text, cursor } = user;
  user.edit({ start: 0, end: 0, text: 'new line\n' });
  const draw = user.tracker.draw({
    uri: user.uri,
    text,
    offset: cursor,
    languageId: 'typescript',
    kind: 'line-end',
    mayWithhold: true,
  });
  user.cursor = user.text.lastIndexOf('\n');
  assert.equal(user.ask().episodeId, draw.episodeId);
});

test('an episode settles once it was quiet for 30 s, and edits elsewhere are no noise', () => {
  const user = new Typist('x = |\nrest\n');
  user.offer('foo');
  user.wait(20_000);
  user.type('f');
  user.wait(20_000);
  user.edit({ start: user.text.length, end: user.text.length, text: '!' });
  user.wait(9_999);
  assert.equal(user.settled.length, 0);
  user.wait(1);
  assert.deepEqual(
    user.settled.map(({ settledBy }) => settledBy),
    ['quiet'],
  );
});

test('an episode settles after 2 minutes even while it is typed on', () => {
  const user = new Typist('x = |\n');
  user.offer('foo');
  for (let second = 0; second < 119; second++) {
    user.wait(1_000);
    user.type('f');
  }
  assert.equal(user.settled.length, 0);
  user.wait(1_000);
  assert.deepEqual(
    user.settled.map(({ settledBy }) => settledBy),
    ['time-out'],
  );
});

test('an overdue episode is judged before the change that comes first after the pause', () => {
  const user = new Typist('x = |\n');
  user.offer('foo');
  user.accept('foo');
  user.now += 3_600_000;
  user.edit({ start: 4, end: 7, text: 'entirely else' });
  assert.deepEqual(
    user.settled.map(({ keptText }) => keptText),
    ['foo'],
  );
});

test('only a save by hand settles, and on the text before its formatting', () => {
  const user = new Typist('x = |\n');
  user.offer('foo( )');
  user.accept('foo( )');
  user.tracker.willSave(user.uri, false, user.text);
  assert.equal(user.settled.length, 0);
  user.tracker.willSave(user.uri, true, user.text);
  user.edit({ start: 4, end: 10, text: 'foo()' });
  assert.deepEqual(
    user.settled.map(({ settledBy, exactMatch }) => [settledBy, exactMatch]),
    [['save', true]],
  );
});

test('closing the document settles on what stands there', () => {
  const user = new Typist('x = |\n');
  user.offer('foo');
  user.accept('foo');
  user.tracker.closed(user.uri, user.text);
  assert.deepEqual(
    user.settled.map(({ settledBy, outcome, exactMatch }) => [settledBy, outcome, exactMatch]),
    [['closed', 'accepted', true]],
  );
});

test('a request without an offer leaves no outcome', () => {
  const user = new Typist('x = |\n');
  user.ask();
  const { outcome, exactMatch, servedChars, offers } = user.settle();
  assert.deepEqual([outcome, exactMatch, servedChars, offers], [null, null, null, 0]);
});

test('a region longer than any completion settles as unknown at once', () => {
  const user = new Typist('x = |\n');
  user.offer('foo');
  user.insert('y'.repeat(MAX_REGION + 1));
  assert.deepEqual(
    user.settled.map(({ settledBy, outcome, exactMatch }) => [settledBy, outcome, exactMatch]),
    [['too-long', 'unknown', null]],
  );
});

test('the cells of a notebook are documents of their own', () => {
  const user = new Typist('x = |\n');
  const first = user.ask();
  const cell = 'vscode-notebook-cell:/a.ipynb#W1';
  user.tracker.opened({ uri: cell, text: 'x = \n' });
  const place = { uri: cell, text: 'x = \n', offset: 4, languageId: 'python', mayWithhold: true };
  const second = user.tracker.draw({ ...place, kind: 'line-end' });
  assert.notEqual(second.episodeId, first.episodeId);
  user.insert('foo');
  user.tracker.closed(cell, 'x = \n');
  assert.deepEqual(
    user.settled.map(({ episodeId }) => episodeId),
    [second.episodeId],
  );
});

test('a clock that is set back an hour neither settles nor keeps an episode open', () => {
  const user = new Typist('x = |\n');
  user.offer('foo');
  user.type('f');
  user.wait(-3_600_000);
  assert.equal(user.settled.length, 0);
  user.wait(29_999);
  assert.equal(user.settled.length, 0);
  user.wait(1);
  assert.equal(user.settled.length, 1);
});

test('an episode whose answer is long in coming waits for it, and counts from when it was offered', () => {
  const user = new Typist('x = |\n');
  const { uri, text, cursor: offset } = user;
  const { episodeId } = user.begin();
  user.wait(150_000);
  user.tracker.willSave(uri, true, text);
  assert.equal(user.settled.length, 0);
  const suggestion = { episodeId, suggestionId: 's1', requestId: 's1', offset, text: 'foo();' };
  user.tracker.offered(suggestion);
  user.tracker.over(episodeId);
  user.wait(29_000);
  user.accept('foo();');
  assert.equal(user.settle().outcome, 'accepted');
});

test('an offer that grows while it is written is one offer, labelled by what stood when it was taken', () => {
  const user = new Typist('x = |\n');
  const { cursor: offset } = user;
  const { episodeId } = user.begin('block-start');
  const offered = (text: string, at = offset) =>
    user.tracker.offered({ episodeId, suggestionId: 's1', requestId: 's1', offset: at, text });
  offered('foo();');
  offered('foo();\nbar();');
  user.accept('foo();\nbar();');
  offered('foo();\nbar();\nlate();', user.cursor);
  user.tracker.over(episodeId);
  const settled = user.settle();
  assert.partialDeepStrictEqual(settled, { outcome: 'accepted', exactMatch: true, offers: 1 });
  assert.equal(settled.acceptedChars, 'foo();\nbar();'.length);
});

test('a whole line that was accepted over the blanks behind the cursor is what is kept', () => {
  const user = new Typist('f:\n|    return a\n');
  const line = '    b = 1\n';
  user.offer(line, { kind: 'mid-line' });
  user.accept(`${line}    `, { replaceAfter: 4 });
  const settled = user.settle();
  assert.partialDeepStrictEqual(settled, { outcome: 'accepted', exactMatch: true });
  assert.equal(settled.acceptedChars, line.length);
});

test('an offer grows behind what was typed of it', () => {
  const user = new Typist('x = |\n');
  const { episodeId } = user.offer('foo();');
  user.type('foo');
  const rest = { suggestionId: 's1', requestId: 's1', offset: user.cursor, text: '(1);' };
  user.tracker.offered({ episodeId, ...rest });
  assert.equal(lastSaved(user).offered?.text, 'foo(1);');
  user.accept('(1);');
  assert.partialDeepStrictEqual(user.settle(), { outcome: 'accepted', exactMatch: true });
});

test('a suggestion that nobody touched may stand there for two minutes, and be accepted then', () => {
  const user = new Typist('x = |\n');
  user.offer('foo();');
  user.wait(119_000);
  assert.equal(user.settled.length, 0);
  user.accept('foo();');
  user.wait(1_000);
  assert.deepEqual(
    user.settled.map(({ outcome, settledBy }) => [outcome, settledBy]),
    [['accepted', 'time-out']],
  );
});

test('a request that ends without an offer lets its episode settle', () => {
  const user = new Typist('x = |\n');
  const { episodeId } = user.begin();
  user.wait(60_000);
  user.tracker.over(episodeId);
  user.wait(0);
  assert.deepEqual(
    user.settled.map(({ outcome }) => outcome),
    [null],
  );
});

test('an open episode is saved at once when something is offered, and edits at most every second', () => {
  const user = new Typist('x = |\n');
  user.offer('foobar');
  assert.equal(lastSaved(user).offered?.text, 'foobar');
  const before = user.saved.length;
  user.type('foo');
  assert.equal(user.saved.length, before);
  user.wait(1_000);
  assert.equal(user.saved.length, before + 1);
  assert.equal(lastSaved(user).offered?.taken, 3);
  user.type('b');
  user.wait(500);
  user.tracker.suspend();
  assert.equal(lastSaved(user).offered?.taken, 4);
});

test('after a restart an episode goes on where it stood and keeps its draw', () => {
  const before = new Typist('x = |;\ny\n', { random: () => 0.3 });
  const draw = before.offer('foo()');
  before.type('fo');
  before.tracker.suspend();
  const after = new Typist('x = fo|;\ny\n', { left: [lastSaved(before)] });
  after.now = before.now + 5_000;
  assert.deepEqual(after.ask(), { ...draw, first: false });
  after.accept('o()');
  const { outcome, exactMatch, settledBy, episodeId } = after.settle();
  assert.deepEqual([outcome, exactMatch, settledBy], ['accepted', true, 'restart']);
  assert.equal(episodeId, draw.episodeId);
});

test('after a restart the place is found again where text came before it', () => {
  const before = new Typist('function f() {\n  return |;\n}\n');
  before.offer('1');
  before.type('1');
  before.tracker.suspend();
  const after = new Typist('// a new line\nfunction f() {\n  return 1|;\n}\n', {
    left: [lastSaved(before)],
  });
  after.now = before.now;
  const { outcome, exactMatch, keptText } = after.settle();
  assert.deepEqual([outcome, exactMatch, keptText], ['typed-through', true, '1']);
});

test('after a restart an episode whose surroundings are gone is unknown', () => {
  const before = new Typist('const alpha = |;\n');
  before.offer('1');
  const after = new Typist('something else altogether|\n', { left: [lastSaved(before)] });
  assert.deepEqual(
    after.settled.map(({ outcome, settledBy, servedChars }) => [outcome, settledBy, servedChars]),
    [['unknown', 'restart', 1]],
  );
});

test('an episode whose document is not opened again within 10 minutes is unknown', () => {
  const before = new Typist('x = |;\n', { uri: 'file:///other.ts' });
  before.offer('1');
  const after = new Typist('|', { left: [lastSaved(before)] });
  after.wait(599_999);
  assert.equal(after.settled.length, 0);
  after.wait(1);
  assert.deepEqual(
    after.settled.map(({ outcome, settledBy }) => [outcome, settledBy]),
    [['unknown', 'restart']],
  );
});
