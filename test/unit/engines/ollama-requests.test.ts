import assert from 'node:assert/strict';
import { afterEach, test } from 'node:test';
import {
  EngineError,
  type GenerateRequest,
  type PullStep,
} from '../../../server/engines/engine.ts';
import { OllamaEngine, type OllamaOptions } from '../../../server/engines/ollama/ollama.ts';
import { FAKE_MODEL, FakeOllama, type FakeOptions } from '../../support/fake-ollama.ts';

let fake: FakeOllama | null = null;

afterEach(async () => {
  await fake?.stop();
  fake = null;
});

test('a raw prompt goes greedy, raw, with logprobs and a constant context', async () => {
  const { engine, server } = await start({}, { keepAlive: '30m' });
  for (const alternatives of [0, 5]) await drain(engine, { prompt: { raw: 'a = ' }, alternatives });
  const [first, second] = server.generations.map(({ body }) => body);
  assert.deepEqual(first, {
    model: FAKE_MODEL,
    prompt: 'a = ',
    raw: true,
    stream: true,
    logprobs: true,
    keep_alive: '30m',
    options: { temperature: 0, repeat_penalty: 1, num_predict: 8, num_ctx: 4096 },
  });
  assert.equal(second?.['top_logprobs'], 5);
  assert.deepEqual(second['options'], first['options']);
  assert.equal(server.loads, 1);
});

test('stop strings go where they are asked for, and nothing is sent where there are none', async () => {
  const { engine, server } = await start();
  for (const stop of [['\n'], []]) await drain(engine, { prompt: { raw: 'a = ' }, stop });
  const options = server.generations.map(({ body }) => body['options']);
  assert.deepEqual(options, [
    { temperature: 0, repeat_penalty: 1, num_predict: 8, num_ctx: 4096, stop: ['\n'] },
    { temperature: 0, repeat_penalty: 1, num_predict: 8, num_ctx: 4096 },
  ]);
});

test('prefix and suffix go through the template; an empty suffix is never sent', async () => {
  const { engine, server } = await start();
  await drain(engine, { prompt: { prefix: 'a = ', suffix: '\nb' } });
  await drain(engine, { prompt: { prefix: 'a = ', suffix: '' } });
  const [template, without] = server.generations.map(({ body }) => body);
  assert.equal(template?.['suffix'], '\nb');
  assert.equal('raw' in template, false);
  assert.equal(without !== undefined && 'suffix' in without, false);
  assert.equal(without?.['raw'], true);
});

test('a model that another client has loaded with a larger context is not loaded again', async () => {
  const { engine, server } = await start();
  server.load(FAKE_MODEL, 16_384);
  await drain(engine, {});
  assert.equal(contextOf(server), 16_384);
  assert.equal(server.loads, 0);
});

test('a model that is loaded with too small a context gets our own', async () => {
  const { engine, server } = await start();
  server.load(FAKE_MODEL, 512);
  await drain(engine, {});
  assert.equal(contextOf(server), 4096);
});

test('the context is never larger than the model can do', async () => {
  const { engine, server } = await start({ models: [{ name: FAKE_MODEL, contextLength: 2048 }] });
  await drain(engine, {});
  assert.equal(contextOf(server), 2048);
});

test('alternatives come with their tokens, most likely first', async () => {
  const { engine } = await start();
  const tokens = await drain(engine, { alternatives: 3 });
  for (const { alternatives = [] } of tokens) {
    assert.equal(alternatives.length, 3);
    const logprobs = alternatives.map(({ logprob }) => logprob);
    assert.deepEqual(
      logprobs,
      logprobs.toSorted((a, b) => b - a),
    );
  }
});

test('leaving the loop closes the connection after the tokens that were taken', async () => {
  const { engine, server } = await start({ tokenMs: 20 });
  const stream = engine.generate(request({ maxTokens: 40 }));
  await stream.next();
  await stream.next();
  await stream.return({ end: 'cap', promptTokens: null, tokens: null });
  await settled();
  const [seen] = server.generations;
  assert.equal(seen?.aborted, true);
  assert.ok(seen.sent <= 4, `${seen.sent} tokens sent`);
});

test('a cancel before the first token closes the connection', async () => {
  const { engine, server } = await start({ firstTokenMs: 5000 });
  const abort = new AbortController();
  const first = engine.generate(request({ signal: abort.signal })).next();
  const rejected = assert.rejects(first, hasCode('cancelled'));
  while (server.generations.length === 0) await settled(5);
  abort.abort();
  await rejected;
  await settled();
  assert.deepEqual([server.generations[0]?.aborted, server.generations[0]?.sent], [true, 0]);
});

test('a model that cannot fill in is refused before any code is sent', async () => {
  const { engine, server } = await start({
    models: [{ name: FAKE_MODEL, capabilities: ['completion'] }],
  });
  const prompt = { prefix: 'a', suffix: 'b' };
  await assert.rejects(drain(engine, { prompt }), hasCode('cannot-fill-in'));
  assert.equal(server.generations.length, 0);
});

test('a model that cannot chat is refused before any code is sent', async () => {
  const { engine, server } = await start({
    models: [{ name: FAKE_MODEL, capabilities: ['insert'] }],
  });
  const { signal } = new AbortController();
  const chat = engine.chat({ model: FAKE_MODEL, system: '', question: 'a', maxTokens: 1, signal });
  await assert.rejects(chat.next(), hasCode('cannot-chat'));
  assert.equal(server.generations.length, 0);
});

test('a model that runs on another host gets no code, unless that host is confirmed', async () => {
  const models = [{ name: FAKE_MODEL, remoteHost: 'https://ollama.com:443' }];
  const { engine, server } = await start({ models });
  await assert.rejects(
    drain(engine, {}),
    hasCode('remote-not-allowed', /ollama\.com.*allowedHosts/),
  );
  assert.equal(server.generations.length, 0);
  const confirmed = new OllamaEngine({ url: server.url, allowedHosts: ['ollama.com'] });
  assert.ok((await drain(confirmed, {})).length > 0);
});

test('a model that Ollama sends on by its name alone counts as one of ollama.com', async () => {
  const model = 'qwen3-coder:480b-cloud';
  const { engine, server } = await start({ models: [{ name: model }] });
  const { signal } = new AbortController();
  const chat = engine.chat({ model, system: '', question: 'a', maxTokens: 1, signal });
  await assert.rejects(chat.next(), hasCode('remote-not-allowed', /runs on ollama\.com/));
  assert.equal(server.generations.length, 0);
});

for (const url of [
  'http://10.1.2.3:11434',
  'https://models.example',
  'http://127.0.0.1.example',
  'http://[::ffff:10.1.2.3]',
]) {
  test(`${url} is refused unless it is confirmed by name`, async () => {
    await assert.rejects(
      new OllamaEngine({ url }).version(),
      hasCode('remote-not-allowed', /allowedHosts/),
    );
  });
}

test('an authorisation never goes to another host over plain http', async () => {
  const engine = new OllamaEngine({
    url: 'http://models.example:11434',
    allowedHosts: ['models.example'],
    authorization: 'Bearer x',
  });
  await assert.rejects(engine.version(), hasCode('remote-not-allowed', /https/));
});

test('an authorisation goes to loopback, with every request', async () => {
  const { engine, server } = await start({}, { authorization: 'Bearer x' });
  await drain(engine, {});
  assert.ok(server.requests.length >= 3);
  for (const { authorization } of server.requests) assert.equal(authorization, 'Bearer x');
});

test('what is no address is refused with the name of the setting', async () => {
  for (const url of ['localhost:11434', 'ftp://localhost', '']) {
    await assert.rejects(
      new OllamaEngine({ url }).version(),
      hasCode('not-an-engine', /shortstop\.engine\.url/),
    );
  }
});

test('a pull reports its steps, and the model is there afterwards', async () => {
  const { engine } = await start({ pullable: ['new:1b'] });
  const steps: PullStep[] = [];
  await engine.pull('new:1b', (step) => steps.push(step), new AbortController().signal);
  assert.equal(steps.at(-1)?.status, 'success');
  assert.ok(steps.some(({ completed, total }) => completed === 50 && total === 100));
  assert.equal((await engine.describe('new:1b')).name, 'new:1b');
});

test('a pull of a model that does not exist says so', async () => {
  const { engine } = await start();
  const pull = engine.pull('nowhere:1b', () => undefined, new AbortController().signal);
  await assert.rejects(pull, hasCode('model-missing', /nowhere:1b/));
});

async function start(options: FakeOptions = {}, engineOptions: Partial<OllamaOptions> = {}) {
  const server = await FakeOllama.start(options);
  fake = server;
  return { server, engine: new OllamaEngine({ url: server.url, ...engineOptions }) };
}

function request(change: Partial<GenerateRequest>): GenerateRequest {
  return {
    model: FAKE_MODEL,
    prompt: { raw: 'a = ' },
    maxTokens: 8,
    alternatives: 0,
    signal: new AbortController().signal,
    ...change,
  };
}

async function drain(engine: OllamaEngine, change: Partial<GenerateRequest>) {
  const tokens = [];
  for await (const token of engine.generate(request(change))) tokens.push(token);
  return tokens;
}

function contextOf(server: FakeOllama): unknown {
  return (server.generations[0]?.body['options'] as { num_ctx?: number } | undefined)?.num_ctx;
}

function settled(ms = 100): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

function hasCode(code: string, message = /./) {
  return (error: unknown) => {
    assert.ok(error instanceof EngineError, String(error));
    assert.equal(error.code, code);
    assert.match(error.message, message);
    return true;
  };
}
