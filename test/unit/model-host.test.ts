import assert from 'node:assert/strict';
import { test } from 'node:test';
import { OllamaEngine } from '../../server/engines/ollama/ollama.ts';
import { createLog } from '../../server/log.ts';
import { ModelHost } from '../../server/model-host.ts';
import { FAKE_MODEL, FakeOllama } from '../support/fake-ollama.ts';

const MAX_AGE = 60_000;

test('figures that are old are measured again, and younger ones are not', async () => {
  const fake = await FakeOllama.start();
  let now = 0;
  const log = createLog(
    () => undefined,
    () => undefined,
  );
  const models = new ModelHost(new OllamaEngine({ url: fake.url }), log, () => now);
  const requests = async (age: number) => {
    const measured = await models.measured(FAKE_MODEL, MAX_AGE);
    assert.equal(measured.age, age);
    assert.equal(measured.capabilities.model.name, FAKE_MODEL);
    return fake.requests.length;
  };
  try {
    const first = await requests(0);
    assert.ok(first > 0);
    now = MAX_AGE;
    assert.equal(await requests(MAX_AGE), first);
    now = 2 * MAX_AGE + 1;
    assert.ok((await requests(0)) > first);
  } finally {
    await fake.stop();
  }
});

test('completions use the old figures while new ones are measured', async () => {
  const options = { firstTokenMs: 0 };
  const fake = await FakeOllama.start(options);
  let now = 0;
  const log = createLog(
    () => undefined,
    () => undefined,
  );
  const models = new ModelHost(new OllamaEngine({ url: fake.url }), log, () => now);
  try {
    const old = await models.ready(FAKE_MODEL);
    now = 2 * MAX_AGE;
    options.firstTokenMs = 300;
    const measuring = models.measured(FAKE_MODEL, MAX_AGE);
    assert.equal(await models.ready(FAKE_MODEL), old);
    const { capabilities } = await measuring;
    assert.notEqual(capabilities, old);
    assert.equal(await models.ready(FAKE_MODEL), capabilities);
  } finally {
    await fake.stop();
  }
});
