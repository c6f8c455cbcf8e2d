import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, test } from 'node:test';
import { SimulatedEditor } from '../../bench/session/editor.ts';
import { DoctorRequest } from '../../shared/protocol.ts';
import { answering, until } from '../support/answers.ts';
import { connectDaemon, MODES, type ConnectedDaemon } from '../support/daemon.ts';
import { FAKE_MODEL, FakeOllama } from '../support/fake-ollama.ts';

const MODE = MODES.at(-1) ?? 'in-band';
const SECRET = 'Tr0ub4dor';

describe(`addresses and names, ${MODE}`, () => {
  const cleanUps: (() => Promise<void>)[] = [];
  afterEach(async () => {
    for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
  });

  async function engine(): Promise<FakeOllama> {
    const fake = await FakeOllama.start({ answer: () => answering('price', ';\n') });
    cleanUps.push(() => fake.stop());
    return fake;
  }

  async function connect(url: string, settings: Record<string, unknown> = {}) {
    const daemon = await connectDaemon(MODE, {
      url,
      settings: { debounce: 0, withheldRate: 0, ...settings },
    });
    cleanUps.push(() => daemon.stop());
    return daemon;
  }

  async function complete(daemon: ConnectedDaemon): Promise<string | undefined> {
    const uri = 'file:///project/a.ts';
    const editor = await SimulatedEditor.open(daemon.connection, uri, 'typescript', '');
    await editor.type('const a = ');
    return (await editor.ask())?.text;
  }

  /** Everything that somebody may read of it. */
  async function shown(daemon: ConnectedDaemon): Promise<string> {
    const doctor = await daemon.connection.sendRequest(DoctorRequest.type);
    const file = readFileSync(join(daemon.stateDir, 'shortstop.log'), 'utf8');
    return JSON.stringify([daemon.statuses, daemon.log, doctor, file]);
  }

  test('name and password in an address log in, and are shown nowhere', async () => {
    const fake = await engine();
    const port = new URL(fake.url).port;
    const daemon = await connect(`http://me:${SECRET}@127.0.0.1:${port}`);
    await until(() => daemon.statuses.at(-1)?.state === 'ready', 'the daemon is ready');
    assert.equal(await complete(daemon), 'price;');
    const login = `Basic ${Buffer.from(`me:${SECRET}`).toString('base64')}`;
    assert.ok(fake.requests.every(({ authorization }) => authorization === login));
    await fake.stop();
    await until(() => daemon.statuses.at(-1)?.state === 'error', 'the engine is missed');
    const all = await shown(daemon);
    assert.match(all, new RegExp(`Nothing answers as Ollama at http://127\\.0\\.0\\.1:${port}`));
    assert.ok(!all.includes(SECRET));
  });

  for (const address of [
    `http://me:${SECRET}@models.example:11434`,
    `ftp://me:${SECRET}@127.0.0.1`,
    `me:${SECRET}@127.0.0.1:11434`,
    `http://me:${SECRET}@127.0.0.1:99999`,
  ]) {
    const named = address.replace(SECRET, '…');
    test(`the password in ${named}, which is refused, is shown nowhere`, async () => {
      const daemon = await connect(address);
      await complete(daemon);
      await until(() => daemon.statuses.at(-1)?.state === 'error', 'the state says so');
      assert.ok(!(await shown(daemon)).includes(SECRET));
    });
  }

  for (const model of [
    'Qwen2.5-Coder:0.5B',
    'library/qwen2.5-coder:0.5b',
    'registry.ollama.ai/library/qwen2.5-coder:0.5b',
    'https://registry.ollama.ai/library/Qwen2.5-coder:0.5b',
  ]) {
    test(`${model} is the model that the engine lists as ${FAKE_MODEL}`, async () => {
      const fake = await engine();
      const daemon = await connect(fake.url, { model });
      await until(() => daemon.statuses.at(-1)?.state === 'ready', 'the daemon is ready');
      assert.equal(await complete(daemon), 'price;');
      assert.equal(fake.generations.at(-1)?.body['model'], FAKE_MODEL);
    });
  }

  for (const [setting, sent] of [
    ['-1', -1],
    ['0', 0],
    ['600', 600],
    ['-1m', '-1m'],
    ['30m', '30m'],
  ] as const) {
    test(`engine.keepAlive ${setting} is sent as ${JSON.stringify(sent)}`, async () => {
      const fake = await engine();
      const daemon = await connect(fake.url);
      await daemon.configure({ engine: { keepAlive: setting } });
      await until(() => fake.generations.some(({ body }) => body['keep_alive'] === sent), setting);
    });
  }
});
