import assert from 'node:assert/strict';
import { afterEach, describe, test } from 'node:test';
import type { ServerResponse } from 'node:http';
import { SimulatedEditor } from '../../bench/session/editor.ts';
import { DoctorRequest } from '../../shared/protocol.ts';
import { answering, until } from '../support/answers.ts';
import { connectDaemon, MODES, type ConnectedDaemon } from '../support/daemon.ts';
import { fail } from '../support/failures.ts';
import { FakeOllama, type FakeOptions, type FakeRequest } from '../support/fake-ollama.ts';

const MODE = MODES.at(-1) ?? 'in-band';
const ANSWER = answering('price', ' * 2', ';\n', 'const');

describe(`probes, ${MODE}`, () => {
  const cleanUps: (() => Promise<void>)[] = [];
  afterEach(async () => {
    for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
  });

  async function start(options: FakeOptions, settings: object = {}) {
    const fake = await FakeOllama.start({ answer: () => ANSWER, ...options });
    cleanUps.push(() => fake.stop());
    const daemon = await connectDaemon(MODE, {
      url: fake.url,
      settings: { controlRate: 0, withheldRate: 0, debounce: 0, ...settings },
    });
    cleanUps.push(() => daemon.stop());
    return { fake, daemon };
  }

  test('30 failing prompts cause a handful of them, and no figure is measured again', async () => {
    let broken = false;
    const { fake, daemon } = await start({
      instead: (request, response) => {
        if (!broken || !isPrompt(request)) return false;
        fail('500', response);
        return true;
      },
    });
    await until(() => daemon.statuses.at(-1)?.state === 'ready', 'the daemon is ready');
    broken = true;
    fake.requests.length = 0;
    const editor = await SimulatedEditor.open(daemon.connection, 'file:///a.ts', 'typescript', '');
    for (let count = 0; count < 30; count++) {
      await editor.type('\nconst a = ');
      assert.equal(await editor.ask(), null);
    }
    assert.equal(fake.generations.filter(isPrompt).length, 30);
    const probes = fake.generations.filter((request) => !isPrompt(request));
    assert.ok(probes.length <= 5, `${probes.length} probes`);
  });

  test('one that hangs hangs neither the doctor nor a request', async () => {
    const { daemon } = await start({
      instead: (request) => request.path === '/api/generate' && !isPrompt(request),
    });
    const { editor } = await opened(daemon);
    assert.equal((await editor.ask())?.text, 'price * 2;');
    const { checks } = await daemon.connection.sendRequest(DoctorRequest.type);
    const model = checks.find(({ name }) => name === 'model');
    assert.equal(model?.ok, false);
    assert.match(model.detail, /did not answer a first short request within 10 s/);
  });

  test('look-ups that hang end with a state that says so', async () => {
    const { daemon } = await start({ instead: () => true });
    await until(() => daemon.statuses.at(-1)?.state === 'error', 'the state says so');
    assert.match(daemon.statuses.at(-1)?.problem ?? '', /sent nothing for|does not answer/);
    const { checks } = await daemon.connection.sendRequest(DoctorRequest.type);
    assert.ok(checks.some(({ name, ok }) => name === 'engine' && !ok));
  });

  const incomplete: readonly { path: string; answer: object; names: RegExp }[] = [
    { path: '/api/version', answer: {}, names: /\/api\/version .*field version/ },
    { path: '/api/tags', answer: {}, names: /\/api\/tags .*field models/ },
    {
      path: '/api/tags',
      answer: { models: [{ name: 'qwen2.5-coder:0.5b' }] },
      names: /\/api\/tags .*field digest/,
    },
    {
      path: '/api/show',
      answer: { capabilities: 'insert' },
      names: /\/api\/show .*field capabilities/,
    },
    { path: '/api/ps', answer: { models: 'none' }, names: /\/api\/ps .*field models/ },
  ];
  for (const { path, answer, names } of incomplete) {
    test(`${path} with ${JSON.stringify(answer)} is a problem that names the field`, async () => {
      const { daemon } = await start({
        instead: (request, response) => {
          if (request.path !== path) return false;
          response.setHeader('content-type', 'application/json');
          response.end(JSON.stringify(answer));
          return true;
        },
      });
      await until(() => daemon.statuses.at(-1)?.state === 'error', 'the state says so');
      assert.match(daemon.statuses.at(-1)?.problem ?? '', names);
    });
  }

  const overlong: readonly { title: string; write: (response: ServerResponse) => void }[] = [
    { title: 'a token of 10 MB', write: (response) => response.end(line('x'.repeat(10_000_000))) },
    { title: 'a token of 100 KB', write: (response) => response.end(line('x'.repeat(100_000))) },
    { title: 'a line that never ends', write: (response) => pour(response, 'x'.repeat(65_536)) },
    {
      title: 'lines without a token that never end',
      write: (response) => pour(response, '{"response":"","done":false}\n'.repeat(1000)),
    },
    {
      title: 'a refusal that never ends',
      write: (response) => {
        response.writeHead(500, { 'content-type': 'application/json' });
        pour(response, 'x'.repeat(65_536));
      },
    },
  ];
  for (const { title, write } of overlong) {
    test(`${title} is one failed request, and the next one is answered`, async () => {
      let bad = false;
      const { fake, daemon } = await start({
        instead: (request, response) => {
          if (!bad || !isPrompt(request)) return false;
          response.setHeader('content-type', 'application/x-ndjson');
          write(response);
          return true;
        },
      });
      await until(() => daemon.statuses.at(-1)?.state === 'ready', 'the daemon is ready');
      bad = true;
      const { editor } = await opened(daemon);
      assert.equal(await editor.ask(), null);
      assert.equal(fake.generations.filter(isPrompt).length, 1);
      bad = false;
      assert.equal((await editor.ask())?.text, 'price * 2;');
    });
  }

  test('a control tail that never ends is left at the cap', async () => {
    const { daemon } = await start(
      {
        instead: (request, response) => {
          if (!isPrompt(request)) return false;
          response.setHeader('content-type', 'application/x-ndjson');
          response.write(line('price') + line(';\n'));
          pour(response, line('x').repeat(100));
          return true;
        },
      },
      { controlRate: 1, withheldRate: 0, stopping: { maxTokens: 200 } },
    );
    await until(() => daemon.statuses.at(-1)?.state === 'ready', 'the daemon is ready');
    const { editor } = await opened(daemon);
    assert.equal((await editor.ask())?.text, 'price;');
    await until(() => daemon.reports.length > 0, 'the stream is closed');
    assert.equal(daemon.reports[0]?.tokens, 200);
    assert.equal(daemon.reports[0].ended, 'cap');
  });
});

async function opened(daemon: ConnectedDaemon) {
  const editor = await SimulatedEditor.open(daemon.connection, 'file:///a.ts', 'typescript', '');
  await editor.type('const a = ');
  return { editor };
}

/** For tokens of somebody's code, and no probe's. */
function isPrompt({ path, body }: FakeRequest): boolean {
  return path === '/api/generate' && String(body['prompt']).includes('<|fim_middle|>');
}

function line(text: string): string {
  return `${JSON.stringify({ response: text, done: false, logprobs: [{ token: text, logprob: -0.01 }] })}\n`;
}

/** Writes the same for as long as somebody reads it. */
function pour(response: ServerResponse, text: string): void {
  const more = () => {
    while (!response.destroyed && response.write(text));
  };
  response.on('drain', more);
  more();
}
