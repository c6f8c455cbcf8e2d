import assert from 'node:assert/strict';
import { afterEach, describe, test } from 'node:test';
import { SimulatedEditor } from '../../bench/session/editor.ts';
import { DoctorRequest } from '../../shared/protocol.ts';
import { answering, until } from '../support/answers.ts';
import { connectDaemon, MODES, type ConnectedDaemon } from '../support/daemon.ts';
import { FAKE_MODEL, FakeOllama, type FakeOptions } from '../support/fake-ollama.ts';

const MODE = MODES.at(-1) ?? 'in-band';
/** What the state may lag behind, milliseconds. */
const SOON = 5_000;

describe(`the state that is shown, ${MODE}`, () => {
  const cleanUps: (() => Promise<void>)[] = [];
  afterEach(async () => {
    for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
  });

  async function engine(options: FakeOptions = {}): Promise<FakeOllama> {
    const fake = await FakeOllama.start({ answer: () => answering('price', ';\n'), ...options });
    cleanUps.push(() => fake.stop());
    return fake;
  }

  async function start(options: FakeOptions = {}) {
    const fake = await engine(options);
    const daemon = await connectDaemon(MODE, {
      url: fake.url,
      settings: { controlRate: 0, withheldRate: 0, debounce: 0 },
    });
    cleanUps.push(() => daemon.stop());
    await becomes(daemon, 'ready');
    return { fake, daemon };
  }

  test('follows an engine that goes away and comes up again, though nobody types', async () => {
    const { fake, daemon } = await start();
    const port = Number(new URL(fake.url).port);
    await fake.stop();
    await becomes(daemon, 'error');
    assert.match(daemon.statuses.at(-1)?.problem ?? '', /Nothing answers/);
    await engine({ port });
    await becomes(daemon, 'ready');
  });

  test('follows it too where many requests failed meanwhile', async () => {
    const { fake, daemon } = await start();
    const uri = 'file:///a.ts';
    const editor = await SimulatedEditor.open(daemon.connection, uri, 'typescript', '');
    const port = Number(new URL(fake.url).port);
    await fake.stop();
    for (let n = 0; n < 6; n++) {
      await editor.type(`const a${n} = `);
      assert.equal(await editor.ask().catch(() => null), null);
    }
    await becomes(daemon, 'error');
    await engine({ port });
    await becomes(daemon, 'ready');
  });

  test('follows an engine that hangs, and that stops hanging', async () => {
    let hangs = false;
    const { daemon } = await start({ instead: () => hangs });
    hangs = true;
    await becomes(daemon, 'error');
    hangs = false;
    await becomes(daemon, 'ready');
  });

  test('follows a change of the address, to one that is wrong and back', async () => {
    const { fake, daemon } = await start();
    const other = await engine();
    const { url } = other;
    await other.stop();
    await daemon.configure({ engine: { url } });
    await becomes(daemon, 'error');
    await daemon.configure({ engine: { url: fake.url } });
    await becomes(daemon, 'ready');
    assert.equal(daemon.statuses.at(-1)?.problem, undefined);
  });

  test('follows a change of the model, also of one that is brought or removed elsewhere', async () => {
    const { fake, daemon } = await start();
    await daemon.configure({ model: 'starcoder2:3b' });
    await becomes(daemon, 'error');
    assert.match(daemon.statuses.at(-1)?.problem ?? '', /starcoder2:3b/);
    fake.recreate({ name: 'starcoder2:3b' });
    await becomes(daemon, 'ready');
    assert.equal(daemon.statuses.at(-1)?.model, 'starcoder2:3b');
    fake.recreate({ name: FAKE_MODEL });
    await becomes(daemon, 'error');
  });

  test('names the digest of a model that was created anew, and forgets what the old one said', async () => {
    const { fake, daemon } = await start();
    const uri = 'file:///a.ts';
    const editor = await SimulatedEditor.open(daemon.connection, uri, 'typescript', '');
    await editor.type('const a = ');
    assert.ok(await editor.ask());
    const digest = 'cd'.repeat(32);
    fake.recreate({ name: FAKE_MODEL, digest });
    let shown = '';
    await until(
      () => {
        void daemon.connection.sendRequest(DoctorRequest.type).then(({ checks }) => {
          shown = checks.find(({ name }) => name === 'model')?.detail ?? '';
        });
        return shown.includes(digest.slice(0, 8));
      },
      'the doctor names it',
      SOON,
    );
    await becomes(daemon, 'ready');
    fake.requests.length = 0;
    assert.ok(await editor.ask());
    assert.ok(fake.generations.length > 0, 'the new model was asked');
  });

  test('a model that turned remote under the same name gets no code', async () => {
    const { fake, daemon } = await start();
    fake.recreate({ name: FAKE_MODEL, digest: 'ef'.repeat(32), remoteHost: 'https://ollama.com' });
    await becomes(daemon, 'error');
    assert.match(daemon.statuses.at(-1)?.problem ?? '', /ollama\.com/);
    fake.requests.length = 0;
    const uri = 'file:///b.ts';
    const editor = await SimulatedEditor.open(daemon.connection, uri, 'typescript', '');
    await editor.type('const a = ');
    assert.equal(await editor.ask(), null);
    assert.equal(fake.generations.length, 0);
  });
});

async function becomes(daemon: ConnectedDaemon, state: string): Promise<void> {
  await until(() => daemon.statuses.at(-1)?.state === state, `the state is ${state}`, SOON);
}
