import assert from 'node:assert/strict';
import { test } from 'node:test';
import { against, bestPeer, peerToBeat } from '../../../bench/report/peer.ts';

test('a rule is compared with the peer trace by trace', () => {
  const outcome = (cluster: string, tokens: number, exact: boolean) => ({
    cluster,
    tokens,
    exact,
    reachable: true,
  });
  const peer = {
    id: 'peer',
    outcomes: [
      outcome('a', 6, true),
      outcome('b', 10, false),
      outcome('c', 4, true),
      outcome('d', 0, false),
    ],
  };
  const rule = {
    id: 'rule',
    outcomes: [
      outcome('a', 2, true),
      outcome('b', 5, false),
      outcome('c', 1, false),
      outcome('d', 0, false),
    ],
  };
  const { tokens, em } = against(rule, peer, 200);
  assert.ok(Math.abs(tokens.value - 0.4) < 1e-12, 'of the sums: 8 of 20');
  assert.ok(tokens.interval && tokens.interval.low >= 0.25 && tokens.interval.high <= 0.5);
  assert.equal(em.value, -1 / 4);
  assert.ok(em.interval && em.interval.low >= -1 && em.interval.high <= 0);
  assert.deepEqual(against(peer, peer, 50).em, { value: 0, interval: { low: 0, high: 0 } });
  assert.throws(() => against({ id: 'other', outcomes: [] }, peer, 1), /other traces/);
});

test('the peer to beat is the cheapest that the best can not be told from', () => {
  const peer = (id: string, tokens: number, matches: number) => ({
    id,
    outcomes: Array.from({ length: 100 }, (_, i) => ({
      cluster: `p${i}`,
      tokens,
      exact: i < matches,
      reachable: true,
    })),
  });
  const best = peer('peer-best', 20, 50);
  const rules = [best, peer('peer-equal', 10, 49), peer('peer-worse', 5, 30), peer('ours', 1, 50)];
  assert.equal(bestPeer(rules)?.id, 'peer-best');
  assert.equal(peerToBeat(rules, 500)?.id, 'peer-equal');
  assert.equal(peerToBeat([best, peer('peer-worse', 5, 30)], 500)?.id, 'peer-best');
});

test('of peers of equal EM the cheaper one is the best, and without a peer there is none', () => {
  const rule = (id: string, tokens: number) => ({
    id,
    outcomes: [{ cluster: 'a', tokens, exact: true, reachable: true }],
  });
  assert.equal(
    bestPeer([rule('peer-one', 9), rule('peer-two', 8), rule('ours', 1)])?.id,
    'peer-two',
  );
  assert.equal(bestPeer([rule('ours', 1)]), null);
  assert.equal(peerToBeat([rule('ours', 1)], 10), null);
});
