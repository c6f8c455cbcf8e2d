import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SimulatedEditor } from '../../bench/session/editor.ts';
import type { Power } from '../../server/energy/power.ts';
import { CompleteHereRequest, PauseNotification } from '../../shared/protocol.ts';
import { answering, until } from '../support/answers.ts';
import { connectDaemon } from '../support/daemon.ts';
import { FakeOllama } from '../support/fake-ollama.ts';

const URI = 'file:///a.ts';

test('on battery nothing is suggested while one types, where the user wants that, until one goes on or is on mains', async (t) => {
  const fake = await FakeOllama.start({ answer: () => answering('value', ';\n') });
  t.after(() => fake.stop());
  let power: Power = 'battery';
  const daemon = await connectDaemon('in-band', {
    url: fake.url,
    settings: { controlRate: 0, withheldRate: 0, debounce: 0 },
    daemon: {
      power: {
        get current() {
          return power;
        },
      },
    },
  });
  t.after(() => daemon.stop());
  const shown = () => daemon.statuses.at(-1);
  const isShown = (state: string) => until(() => shown()?.state === state, state);
  await isShown('ready');
  const editor = await SimulatedEditor.open(daemon.connection, URI, 'typescript', '');
  const ask = async () => {
    await editor.replace(0, editor.text.length, 'const x = ');
    return (await editor.ask())?.text ?? null;
  };
  assert.equal(await ask(), 'value;', 'the setting is off');

  await daemon.configure({ controlRate: 0, withheldRate: 0, debounce: 0, pauseOnBattery: true });
  await isShown('paused');
  assert.equal(shown()?.onBattery, true);
  assert.equal(shown()?.pausedUntil, undefined);
  assert.equal(await ask(), null);
  const asked = { textDocument: { uri: URI }, position: { line: 0, character: 10 } };
  const context = { triggerKind: 1 } as const;
  const answer = await daemon.connection.sendRequest(CompleteHereRequest.type, {
    ...asked,
    context,
  });
  assert.match(JSON.stringify(answer), /value/, 'a command is answered');

  await daemon.connection.sendNotification(PauseNotification.type, { minutes: 0 });
  await isShown('ready');
  assert.equal(await ask(), 'value;', 'the user went on');

  power = 'mains';
  await new Promise((resolve) => setTimeout(resolve, 1_200));
  power = 'battery';
  await isShown('paused');
  power = 'mains';
  await isShown('ready');
  assert.equal(await ask(), 'value;', 'on mains again');
});
