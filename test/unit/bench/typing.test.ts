import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { peerClient } from '../../../bench/peers/clients/client.ts';
import { simpleClient } from '../../../bench/peers/clients/simple.ts';
import { VirtualClock } from '../../../bench/typing/clock.ts';
import { ourClient, SHIPPED } from '../../../bench/typing/ours.ts';
import { acceptedOf, PLAIN, TYPIST, Typist } from '../../../bench/typing/person.ts';
import { play, type Client } from '../../../bench/typing/play.ts';
import { profileOf } from '../../../bench/typing/profiles.ts';
import { partOf } from '../../../bench/typing/split.ts';
import { answerAt } from '../../../bench/typing/stretches.ts';
import { stretchOf, tokens } from './typing-stretch.ts';

const BLACKBOX = profileOf('blackbox');
describe('simulated time', () => {
  test('passes in the order in which things are due, and in no time', async () => {
    const clock = new VirtualClock();
    const seen: string[] = [];
    const at = async (name: string, ms: number) => {
      await clock.sleep(ms);
      seen.push(`${name} ${clock.now()}`);
    };
    await clock.run(Promise.all([at('late', 3_600_000), at('first', 10), at('second', 10)]));
    assert.deepEqual(seen, ['first 10', 'second 10', 'late 3600000']);
  });

  test('wakes at an abort', async () => {
    const clock = new VirtualClock();
    const abort = new AbortController();
    const woken = clock.sleep(1000, abort.signal).then(() => clock.now());
    void clock.sleep(5).then(() => abort.abort());
    assert.equal(await clock.run(woken), 5);
  });

  test('tells what waits for ever from what takes long', async () => {
    const clock = new VirtualClock();
    await assert.rejects(clock.run(new Promise(() => undefined)), /stands still/);
  });
});

describe('what is written at a place', () => {
  const tree = [tokens('price', ' *', ' 2'), null, tokens('ice'), null, null, tokens(' +')];

  test('that was recorded is the recording', () => {
    assert.equal(answerAt(tree, 'price', 0).recorded, true);
  });

  test('that was not recorded is the rest of the place before, where that begins so', () => {
    const answer = answerAt(tree, 'price', 1);
    assert.deepEqual(
      [answer.recorded, answer.tokens.map(({ text }) => text)],
      [false, ['rice', ' *', ' 2']],
    );
  });

  test('else what the next place wrote, behind the letters between', () => {
    const answer = answerAt(tree, 'prune', 3);
    assert.deepEqual(
      answer.tokens.map(({ text }) => text),
      ['ne +'],
    );
    assert.equal(answer.recorded, false);
  });
});

describe('a stretch', () => {
  test('costs by hand: 12 ms a request, 3.3 ms a token, and the keys that were not saved', async () => {
    const stretch = stretchOf('price', [tokens('price', '\n', 'more')]);
    const played = await play(stretch, peerClient(simpleClient), BLACKBOX, PLAIN);
    assert.equal(played.requests, 1);
    assert.equal(played.tokens, 2);
    assert.ok(Math.abs(played.busyMs - (12 + 2 * 3.3)) < 1e-9);
    assert.deepEqual([played.chars, played.keys, played.exact], [5, 1, true]);
    assert.deepEqual([played.offers, played.offersNotKept], [1, 0]);
    assert.ok(Math.abs((played.ghostMs[0] ?? 0) - (12 + 2 * 3.3)) < 1e-9);
  });

  test('of which the daemon closes the stream counts what runs on meanwhile', async () => {
    const line = tokens('price', ' *', ' 2', ';', '\n', 'console', '.log', '(total', ');');
    const played = await play(
      stretchOf('price * 2;', [line]),
      ourClient({ ...SHIPPED, asking: null }),
      BLACKBOX,
      PLAIN,
    );
    assert.deepEqual([played.keys, played.exact, played.requests], [1, true, 1]);
    assert.ok(played.tokens >= 4 && played.tokens <= 7, String(played.tokens));
    assert.ok(Math.abs(played.busyMs - 12 - 3.3 * played.tokens) < 3.3);
  });

  test('shows an offer that is not wanted once, and counts it once', async () => {
    const stretch = stretchOf('ab', [tokens('xyz', '\n'), tokens('q', '\n')]);
    const played = await play(stretch, peerClient(simpleClient), BLACKBOX, PLAIN);
    assert.deepEqual([played.keys, played.offers, played.offersNotKept], [2, 2, 2]);
  });

  test('says how many asks were at places that were not recorded', async () => {
    const tree = [tokens('xyz', '\n'), null, tokens('cd', '\n'), null];
    const played = await play(stretchOf('abcd', tree), peerClient(simpleClient), BLACKBOX, PLAIN);
    assert.equal(played.unrecorded, 1);
    assert.equal(played.exact, true);
  });

  test('is one slot: a request waits for the one that was closed', async () => {
    const slow = { ...BLACKBOX, parallel: false, requestMs: 400, closeMs: 49 };
    const stretch = stretchOf('abc', [tokens('x', '\n'), tokens('x', '\n'), tokens('')]);
    const played = await play(stretch, peerClient(simpleClient), slow, PLAIN);
    assert.ok(played.requests < 3);
  });
});

test('no decision sees the future: what comes behind a stop changes nothing', async () => {
  const line = tokens('price', ' *', ' 2', ';', '\n');
  const ends = [[], tokens('a', 'b', 'c', 'd', 'e', 'f'), tokens('\n', '\n', 'x', 'y', 'z', 'w')];
  const clients: Client[] = [ourClient(), peerClient(simpleClient)];
  for (const client of clients) {
    const results = [];
    for (const end of ends) {
      const tree = [[...line, ...end], tokens('x', '\n'), [...line, ...end]];
      const { keys, offers, requests, ghostMs } = await play(
        stretchOf('price * 2;', tree),
        client,
        BLACKBOX,
        PLAIN,
      );
      results.push({ keys, offers, requests, ghostMs });
    }
    assert.deepEqual(results[1], results[2], client.id);
  }
});

describe('the person', () => {
  test('presses the same keys at the same times whatever is offered', () => {
    const [one, other] = [new Typist(TYPIST, 'a'), new Typist(TYPIST, 'a')];
    assert.equal(one.keyMs('ab cd', 3), other.keyMs('ab cd', 3));
    assert.notEqual(one.keyMs('ab cd', 3), new Typist(TYPIST, 'b').keyMs('ab cd', 3));
    assert.equal(new Typist(PLAIN, 'a').keyMs('ab cd', 3), 180);
  });

  test('accepts what agrees whole, by the word where its beginning does, and else nothing', () => {
    assert.deepEqual(acceptedOf('price', 'price;', TYPIST), { chars: 5, keys: 1, whole: true });
    assert.deepEqual(acceptedOf('price + price * 2', 'price + price;', TYPIST), {
      ...{ chars: 13, keys: 3, whole: false },
    });
    assert.equal(acceptedOf('price + 2', 'price;', PLAIN), null);
    assert.equal(acceptedOf('x', 'x', TYPIST), null);
    assert.equal(acceptedOf('other', 'price', TYPIST), null);
  });
});

test('stretches are parted by package, and those without one are held out', () => {
  const parts = Array.from({ length: 200 }, (_, i) => partOf({ packageId: `npm:p${i}` }));
  const fit = parts.filter((part) => part === 'fit').length;
  assert.ok(fit > 70 && fit < 130);
  assert.equal(partOf({ packageId: null }), 'held-out');
});
