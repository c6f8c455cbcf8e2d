import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { SimulatedEditor } from '../../bench/session/editor.ts';
import { CompleteHereRequest } from '../../shared/protocol.ts';
import { answering, until } from '../support/answers.ts';
import { connectDaemon } from '../support/daemon.ts';
import { FakeOllama } from '../support/fake-ollama.ts';

const URI = 'file:///a.ts';

test('an engine that takes a request and sends nothing for 15 s is said not to answer', async (t) => {
  let hangs = false;
  const fake = await FakeOllama.start({
    answer: () => answering('value', ';\n'),
    instead: ({ path }) => hangs && path === '/api/generate',
  });
  t.after(() => fake.stop());
  const settings = { controlRate: 0, withheldRate: 0, debounce: 0 };
  const daemon = await connectDaemon('in-band', { url: fake.url, settings });
  t.after(() => daemon.stop());
  const status = () => daemon.statuses.at(-1);
  await until(() => status()?.state === 'ready', 'ready');
  const editor = await SimulatedEditor.open(daemon.connection, URI, 'typescript', '');
  for (let n = 0; n < 6; n++) {
    await editor.replace(0, editor.text.length, `const x${n} = `);
    assert.equal((await editor.ask())?.text, 'value;');
  }

  hangs = true;
  await editor.replace(0, editor.text.length, 'const y = ');
  const waiting = editor.ask().catch(() => null);
  await until(() => status()?.state === 'error', 'the status says so', 18_000);
  assert.equal(status()?.headline, 'Ollama does not answer');
  assert.match(status()?.problem ?? '', /restart it/);

  hangs = false;
  await editor.replace(0, editor.text.length, 'const z = ');
  const here = { textDocument: { uri: URI }, position: { line: 0, character: 10 } };
  await daemon.connection.sendRequest(CompleteHereRequest.type, {
    ...here,
    context: { triggerKind: 1 },
  });
  await until(() => status()?.state === 'ready', 'it answers again');
  await waiting;
});

test('while the engine is slow to answer keys wait, commands do not, and the status says so', async (t) => {
  let isSlow = false;
  const fake = await FakeOllama.start({
    answer: () => answering('value', ';\n'),
    instead: ({ path }) => isSlow && path === '/api/generate',
  });
  t.after(() => fake.stop());
  const settings = { controlRate: 0, withheldRate: 0, debounce: 0 };
  const daemon = await connectDaemon('in-band', { url: fake.url, settings });
  t.after(() => daemon.stop());
  await until(() => daemon.statuses.at(-1)?.state === 'ready', 'ready');
  const isBusy = () => daemon.statuses.at(-1)?.engineBusy === true;
  const editor = await SimulatedEditor.open(daemon.connection, URI, 'typescript', '');
  let names = 0;
  const ask = async () => {
    await editor.replace(0, editor.text.length, `const x${names++} = `);
    return (await editor.ask())?.text ?? null;
  };
  const here = { textDocument: { uri: URI }, position: { line: 0, character: 11 } };
  const context = { triggerKind: 1 } as const;
  for (let n = 0; n < 6; n++) assert.equal(await ask(), 'value;');

  isSlow = true;
  const waiting: Promise<string | null>[] = [];
  while (!isBusy() && waiting.length < 20) {
    waiting.push(ask());
    await pause(800);
  }
  assert.ok(isBusy(), 'the status says so');
  isSlow = false;
  const before = fake.generations.length;
  assert.equal(await ask(), null);
  assert.equal(fake.generations.length, before, 'a key asks nothing of it');
  const answer = await daemon.connection.sendRequest(CompleteHereRequest.type, {
    ...here,
    context,
  });
  assert.match(JSON.stringify(answer), /value/, 'a command does');
  assert.deepEqual(new Set(await Promise.all(waiting)), new Set([null]));

  await until(() => !isBusy(), 'it answers in time again');
  assert.equal(await ask(), 'value;');
});
