import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { PEER_CLIENTS } from '../../../bench/peers/clients/all.ts';
import { peerClient } from '../../../bench/peers/clients/client.ts';
import { continueClient } from '../../../bench/peers/clients/continue.ts';
import { copilotClient } from '../../../bench/peers/clients/copilot.ts';
import { llamaCoderRule } from '../../../bench/peers/clients/llama-coder.ts';
import { llamaVscodeClient } from '../../../bench/peers/clients/llama-vscode.ts';
import { tabbyDelay } from '../../../bench/peers/clients/tabby.ts';
import { zedClient } from '../../../bench/peers/clients/zed.ts';
import { acceptedOf, PLAIN, TYPIST } from '../../../bench/typing/person.ts';
import { play } from '../../../bench/typing/play.ts';
import { profileOf } from '../../../bench/typing/profiles.ts';
import { stretchOf, tokens } from './typing-stretch.ts';

const H200 = profileOf('h200');
const line = tokens('price', ' *', ' 2', ';', '\n', 'console', '.log', '(total', ');');
const everywhere = Array.from({ length: 10 }, (_, at) =>
  tokens(...['price * 2;'.slice(at), '\n', 'console', '.log']),
);

describe('a peer’s client', () => {
  test('of each peer types to the end, and never saves more keys than there are', async () => {
    for (const client of PEER_CLIENTS) {
      const played = await play(stretchOf('price * 2;', everywhere), client, H200, TYPIST);
      assert.ok(played.keys >= 1 && played.keys <= 10, client.id);
      assert.ok(played.requests === 0 || played.busyMs > 0, client.id);
    }
  });

  test('that debounces longer than a key takes asks nothing while keys come', async () => {
    const continued = await play(
      stretchOf('price * 2;', everywhere),
      peerClient(continueClient),
      H200,
      PLAIN,
    );
    assert.deepEqual([continued.requests, continued.keys], [0, 10]);
  });

  test('that cancels nothing pays for all that it asked', async () => {
    const slow = { ...H200, msPerToken: 100 };
    const stretch = stretchOf('price * 2;', [line, ...everywhere.slice(1)]);
    const played = await play(stretch, peerClient(zedClient), slow, PLAIN);
    assert.equal(played.tokens, 9 + 4 * (played.requests - 1));
  });

  test('that joins a stream asks once while what is typed agrees with it', async () => {
    const slow = { ...H200, msPerToken: 100 };
    const stretch = stretchOf('price * 2;', [line]);
    const played = await play(stretch, peerClient(copilotClient), slow, PLAIN);
    assert.equal(played.requests, 1);
  });

  test('whose gate is closed asks nothing', async () => {
    const stretch = { ...stretchOf('price * 2;', everywhere), after: ' + 123456789;\n' };
    const played = await play(stretch, peerClient(llamaVscodeClient), H200, PLAIN);
    assert.equal(played.requests, 0);
  });
});

test('Tabby waits for less where more speaks for asking, and for less by what an answer takes', () => {
  const history = { gapsMs: [], latenciesMs: [], linePrefix: 'const a', lineSuffix: 'b' };
  assert.equal(tabbyDelay(history), 600);
  assert.equal(Math.round(tabbyDelay({ ...history, linePrefix: 'a(', lineSuffix: '' })), 330);
  assert.equal(tabbyDelay({ ...history, latenciesMs: [400, 600] }), 100);
});

test('llama-coder stops at a bracket that closes more than was opened', () => {
  const context = { prefix: 'f(', suffix: ')', languageId: 'typescript' } as const;
  const settings = { tauDone: 1, tauAlive: 0, showBar: 0, lambda: 0, maxTokens: 256 };
  let state = llamaCoderRule.begin({ ...context, kind: 'arguments', multiLine: 'auto' }, settings);
  for (const text of ['g(', 'a', ')']) {
    const step = llamaCoderRule.step(state, { text, logprob: null });
    assert.equal(step.decision, null);
    state = step.state;
  }
  assert.equal(llamaCoderRule.step(state, { text: ');', logprob: null }).decision?.offset, 4);
});

test('a line that agrees is one key, the words behind it one each', () => {
  const taken = acceptedOf('return a;\n}\nother', 'return a;\n}', TYPIST);
  assert.deepEqual(taken, { chars: 11, keys: 2, whole: false });
});
