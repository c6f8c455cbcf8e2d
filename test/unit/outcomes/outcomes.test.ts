import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Typist } from './typist.ts';

test('a suggestion that is accepted and kept is an exact match', () => {
  const user = new Typist('const total = |\nnext();\n');
  user.offer('sum(items);');
  user.accept('sum(items);');
  const { outcome, exactMatch, linesKept, editSimilarity, ...rest } = user.settle();
  assert.deepEqual([outcome, exactMatch, linesKept, editSimilarity], ['accepted', true, true, 1]);
  assert.deepEqual(
    [rest.servedText, rest.keptText, rest.acceptedChars, rest.accepts, rest.settledBy],
    ['sum(items);', 'sum(items);', 11, 1, 'quiet'],
  );
});

test('a suggestion that is accepted and edited is accepted but no match', () => {
  const user = new Typist('const total = |\n');
  user.offer('sum(items);');
  user.accept('sum(items);');
  const at = user.text.indexOf('items');
  user.edit({ start: at, end: at + 5, text: 'prices' });
  const { outcome, exactMatch, linesKept, editSimilarity } = user.settle();
  assert.deepEqual([outcome, exactMatch, linesKept], ['accepted', false, false]);
  // From items to prices: p and r come in, t becomes c, m goes; the longer text has 12 characters.
  assert.equal(editSimilarity, 1 - 4 / 12);
});

test('a suggestion of two lines of which one is kept keeps lines but is no match', () => {
  const user = new Typist('function f() {\n  |\n}\n');
  user.offer('a();\n  b();', { kind: 'empty-line' });
  user.accept('a();\n  b();');
  user.edit({ start: user.text.indexOf('\n  b();'), end: user.text.indexOf('\n}'), text: '' });
  const { outcome, exactMatch, keptText } = user.settle();
  assert.deepEqual([outcome, exactMatch, keptText], ['accepted', false, 'a();']);
});

test('what is typed after an accepted line does not belong to what that line kept', () => {
  const user = new Typist('const a = |\n');
  user.offer('1;');
  user.accept('1;');
  user.type('\nconst b = 2;');
  const { exactMatch, keptText } = user.settle();
  assert.deepEqual([exactMatch, keptText], [true, '1;']);
});

test('a suggestion typed along to its end is typed through', () => {
  const user = new Typist('x = |\n');
  user.offer('foo.bar');
  user.type('foo.bar');
  const { outcome, exactMatch, acceptedChars } = user.settle();
  assert.deepEqual([outcome, exactMatch, acceptedChars], ['typed-through', true, 0]);
});

test('typing something else turns a suggestion down', () => {
  const user = new Typist('x = |\n');
  user.offer('foo.bar');
  user.type('fx');
  assert.deepEqual(
    [user.settle()].map(({ outcome, exactMatch, keptText }) => [outcome, exactMatch, keptText]),
    [['rejected', false, 'fx']],
  );
});

test('a wrong key taken back and typed along again is no rejection', () => {
  const user = new Typist('x = |\n');
  user.offer('foo.bar');
  user.type('fx');
  user.backspace();
  user.type('oo.bar');
  assert.equal(user.settle().outcome, 'typed-through');
});

test('going back over the place of a suggestion turns it down', () => {
  const user = new Typist('x = |\n');
  user.offer('foo.bar');
  user.backspace(2);
  assert.equal(user.settle().outcome, 'rejected');
});

test('a suggestion on which nothing is typed is ignored, whatever happens elsewhere', () => {
  const user = new Typist('x = |\nrest\n');
  user.offer('foo');
  user.edit({ start: 0, end: 0, text: '// top\n' });
  user.edit({ start: user.text.length, end: user.text.length, text: 'more' });
  assert.deepEqual(
    [user.settle()].map(({ outcome, exactMatch }) => [outcome, exactMatch]),
    [['ignored', false]],
  );
});

test('a word accepted is partly accepted', () => {
  const user = new Typist('|\n');
  user.offer('const value = 1;');
  user.insert('const ');
  user.insert('value');
  const { outcome, acceptedChars, exactMatch } = user.settle();
  assert.deepEqual([outcome, acceptedChars, exactMatch], ['partly-accepted', 11, false]);
});

test('a line accepted is partly accepted and keeps no more than it was', () => {
  const user = new Typist('function f() {\n  |\n}\n');
  user.offer('one();\n  two();\n  three();', { kind: 'empty-line' });
  user.insert('one();\n');
  const { outcome, acceptedChars } = user.settle();
  assert.deepEqual([outcome, acceptedChars], ['partly-accepted', 7]);
});

test('a line break typed with the indentation that the editor adds is typed, not accepted', () => {
  const user = new Typist('function f() {|\n}\n');
  user.offer('\n  one();', { kind: 'block-start' });
  user.insert('\n  ');
  user.type('one();');
  assert.equal(user.settle().outcome, 'typed-through');
});

test('a last word that completes a suggestion is accepted once the command says so', () => {
  const user = new Typist('|\n');
  user.offer('foo.bar');
  user.insert('foo');
  user.insert('.');
  user.accept('bar');
  const { outcome, exactMatch } = user.settle();
  assert.deepEqual([outcome, exactMatch], ['accepted', true]);
});

test('an accepted suggestion that is undone was turned down', () => {
  const user = new Typist('x = |;\n');
  user.offer('foo');
  user.accept('foo');
  user.edit({ start: user.cursor - 3, end: user.cursor, text: '' });
  const { outcome, exactMatch, keptText } = user.settle();
  assert.deepEqual([outcome, exactMatch, keptText], ['rejected', false, '']);
});

test('a suggestion that replaces the bracket behind the cursor matches what it adds', () => {
  const user = new Typist('call(|);\n');
  user.offer('a, b)', { replaceAfter: 1, kind: 'arguments' });
  user.accept('a, b)', { replaceAfter: 1 });
  const { outcome, exactMatch, servedText, keptText } = user.settle();
  assert.deepEqual([outcome, exactMatch, servedText, keptText], ['accepted', true, 'a, b', 'a, b']);
});

test('a suggestion that replaces the rest of the line is compared as a whole', () => {
  const user = new Typist('const a = |old();\nnext\n');
  user.offer('fresh(1);', { replaceAfter: 6, kind: 'mid-line' });
  user.accept('fresh(1);', { replaceAfter: 6 });
  const { outcome, exactMatch } = user.settle();
  assert.deepEqual([outcome, exactMatch], ['accepted', true]);
});

test('a bracket that the editor closes by itself counts as typed along', () => {
  const user = new Typist('x = |\n');
  user.offer('f(a, b)');
  user.type('f');
  user.insert('()');
  user.cursor--;
  user.type('a, b');
  assert.deepEqual(
    [user.settle()].map(({ outcome, exactMatch }) => [outcome, exactMatch]),
    [['typed-through', true]],
  );
});

test('a bracket that the editor closes by itself turns nothing down', () => {
  const user = new Typist('x = |\n');
  user.offer('f(a, b)');
  user.type('f');
  user.insert('()');
  assert.equal(user.settle().outcome, 'typed-through');
});

test('a document with CRLF line ends matches a suggestion with LF', () => {
  const user = new Typist('function f() {\r\n  |\r\n}\r\n');
  user.offer('one();\n  two();', { kind: 'empty-line' });
  user.accept('one();\r\n  two();');
  const { outcome, exactMatch, editSimilarity } = user.settle();
  assert.deepEqual([outcome, exactMatch, editSimilarity], ['accepted', true, 1]);
});

test('emoji before and inside the place shift nothing', () => {
  const user = new Typist('// 🙂🙂\nlet face = |;\n');
  user.offer('"🙂" + tail');
  user.type('"');
  user.insert('🙂');
  user.accept('" + tail');
  const { outcome, exactMatch } = user.settle();
  assert.deepEqual([outcome, exactMatch], ['accepted', true]);
});

test('two suggestions in one episode: the first carries the label, both count as offers', () => {
  const user = new Typist('x = |\n');
  const first = user.offer('bar();', { id: 's1' });
  user.type('f');
  const second = user.offer('oo();', { id: 's2' });
  user.accept('oo();', { id: 's2' });
  assert.equal(second.episodeId, first.episodeId);
  const { outcome, exactMatch, offers, accepts, acceptedChars, servedText } = user.settle();
  assert.deepEqual(
    [outcome, exactMatch, offers, accepts, acceptedChars, servedText],
    ['rejected', false, 2, 1, 5, 'bar();'],
  );
});

test('a suggestion offered after some keys is compared from its own place on', () => {
  const user = new Typist('|\n');
  user.ask('empty-line');
  user.type('con');
  user.offer('sole.log();', { kind: 'line-end' });
  user.accept('sole.log();');
  const { exactMatch, keptText } = user.settle();
  assert.deepEqual([exactMatch, keptText], [true, 'sole.log();']);
});

test('a dismissed suggestion is turned down', () => {
  const user = new Typist('x = |\n');
  user.offer('foo');
  user.tracker.dismissed('s1');
  assert.equal(user.settle().outcome, 'rejected');
});

test('an accept of a suggestion that nobody knows changes nothing', () => {
  const user = new Typist('x = |\n');
  user.offer('foo');
  user.tracker.accepted('another');
  assert.equal(user.settle().outcome, 'ignored');
});

test('code stays out of a settled episode unless it may be stored', () => {
  const user = new Typist('x = |\n');
  user.storeCode = false;
  user.offer('foo');
  user.accept('foo');
  const { servedText, keptText, servedChars, keptChars } = user.settle();
  assert.deepEqual([servedText, keptText, servedChars, keptChars], [null, null, 3, 3]);
});

test('edits in several places at once are followed, but count neither as typed nor as accepted', () => {
  const user = new Typist('ab = |\nab\n');
  user.offer('ab + ab');
  user.edit({ start: 6, end: 6, text: 'x' }, { start: 5, end: 5, text: 'ab + ab' });
  assert.equal(user.settle().outcome, 'ignored');
});
