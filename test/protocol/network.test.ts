import assert from 'node:assert/strict';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { afterEach, describe, test } from 'node:test';
import { SimulatedEditor } from '../../bench/session/editor.ts';
import { AskRequest } from '../../shared/protocol.ts';
import { answering, until } from '../support/answers.ts';
import { connectDaemon, MODES, type ConnectedDaemon } from '../support/daemon.ts';
import { FAKE_MODEL, FakeOllama, type FakeModel } from '../support/fake-ollama.ts';

const SETTINGS = { controlRate: 0, withheldRate: 0, debounce: 0 };
const CURSOR = { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } };
const NAMES_ELSEWHERE = new URL('../support/names-elsewhere.ts', import.meta.url).href;

describe('where code goes', () => {
  const cleanUps: (() => Promise<void> | void)[] = [];
  afterEach(async () => {
    for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
  });

  async function startFake(models?: readonly FakeModel[]): Promise<FakeOllama> {
    const fake = await FakeOllama.start({
      answer: () => answering('price', ';\n'),
      ...(models && { models }),
    });
    cleanUps.push(() => fake.stop());
    return fake;
  }

  async function connect(
    mode: (typeof MODES)[number],
    url: string,
    env: Record<string, string> = {},
  ): Promise<ConnectedDaemon> {
    const daemon = await connectDaemon(mode, { url, settings: SETTINGS, env });
    cleanUps.push(() => daemon.stop());
    return daemon;
  }

  async function ready(daemon: ConnectedDaemon): Promise<void> {
    await until(() => daemon.statuses.at(-1)?.state === 'ready', 'the daemon is ready');
  }

  async function ask(daemon: ConnectedDaemon, name: string): Promise<string | undefined> {
    const uri = `file:///project/${name}`;
    const editor = await SimulatedEditor.open(daemon.connection, uri, 'typescript', '');
    await editor.type('const telltale = ');
    return (await editor.ask())?.text;
  }

  /** Counts who knocks; answers nothing. */
  async function startListener(): Promise<{ port: number; knocks: () => number }> {
    let knocks = 0;
    const server: Server = createServer((socket) => {
      knocks++;
      socket.destroy();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    cleanUps.push(() => void server.close());
    return { port: (server.address() as AddressInfo).port, knocks: () => knocks };
  }

  for (const host of ['127.0.0.1', 'localhost']) {
    test(
      `${host} is never reached through a proxy, whatever the environment says`,
      { skip: !MODES.includes('spawned') },
      async () => {
        const fake = await startFake();
        const { port, knocks } = await startListener();
        const proxy = `http://127.0.0.1:${port}`;
        const names = ['HTTP_PROXY', 'HTTPS_PROXY', 'ALL_PROXY'];
        const proxies = [...names, ...names.map((name) => name.toLowerCase())].map(
          (name): [string, string] => [name, proxy],
        );
        const daemon = await connect('spawned', fake.url.replace('127.0.0.1', host), {
          ...Object.fromEntries(proxies),
          NODE_USE_ENV_PROXY: '1',
          NO_PROXY: '',
          no_proxy: '',
        });
        await ready(daemon);
        assert.equal(await ask(daemon, 'a.ts'), 'price;');
        assert.equal(knocks(), 0);
      },
    );
  }

  test(
    'a name below localhost is this machine only where it leads here',
    { skip: !MODES.includes('spawned') },
    async () => {
      const fake = await startFake();
      const { port } = new URL(fake.url);
      const env = { NODE_OPTIONS: `--import=${NAMES_ELSEWHERE}` };
      for (const name of ['elsewhere.localhost', 'mixed.localhost']) {
        const daemon = await connect('spawned', `http://${name}:${port}`, env);
        await until(() => daemon.statuses.at(-1)?.state === 'error', 'it is refused');
        assert.equal(await ask(daemon, 'a.ts'), undefined);
        assert.match(daemon.statuses.at(-1)?.problem ?? '', /leads to 203\.0\.113\.7/);
        assert.equal(fake.requests.length, 0, name);
      }
      const here = await connect('spawned', `http://here.localhost:${port}`, env);
      await ready(here);
      assert.equal(await ask(here, 'a.ts'), 'price;');
    },
  );

  for (const mode of MODES) {
    test(`a model that turns remote gets nothing more, ${mode}`, async () => {
      const model: FakeModel = { name: FAKE_MODEL };
      const fake = await startFake([model]);
      const daemon = await connect(mode, fake.url);
      await ready(daemon);
      assert.equal(await ask(daemon, 'a.ts'), 'price;');
      Object.assign(model, { remoteHost: 'https://cloud.test:443' });
      const before = fake.generations.length;
      assert.equal(await ask(daemon, 'b.ts'), undefined);
      const question = {
        question: 'What is this?',
        textDocument: { uri: 'file:///project/a.ts' },
        range: CURSOR,
        partialResultToken: 'ask',
      };
      await assert.rejects(
        daemon.connection.sendRequest(AskRequest.type, question),
        /runs on cloud\.test, not on this machine/,
      );
      assert.equal(fake.generations.length, before);
      await until(
        () => /runs on cloud\.test/.test(daemon.statuses.at(-1)?.problem ?? ''),
        'the status says so',
      );
    });
  }
});
