import assert from 'node:assert/strict';
import { test } from 'node:test';
import { examine } from '../../../server/doctor.ts';
import { EngineError, type EngineModel } from '../../../server/engines/engine.ts';
import { failures } from '../../../server/engines/failures.ts';
import { pull } from '../../../server/engines/pull.ts';
import { decider } from '../../../server/learning/decide.ts';
import { Status } from '../../../server/window/status.ts';
import { DEFAULT_SETTINGS } from '../../../shared/settings.ts';
import { MANUAL_CAPABILITIES, ManualEngine } from '../../support/manual-engine.ts';

const NEVER = new AbortController().signal;

/** It fetches no models, has no address, and has nothing to advise. */
class WithoutModel extends ManualEngine {
  override describe(): Promise<EngineModel> {
    return Promise.reject(new EngineError('model-missing', 'Save its file beside the others.'));
  }
}

test('an engine that fetches no models says where one belongs, or has it already', async () => {
  await pull(new ManualEngine(), 'any', () => undefined, NEVER);
  await assert.rejects(
    pull(new WithoutModel(), 'any', () => undefined, NEVER),
    /Save its file/,
  );
});

test('a missing model is to be pulled where the engine can, else another one is to be chosen', () => {
  const status = new Status('any', Date.now, () => undefined);
  const missing = new EngineError('model-missing', 'There is none.');
  status.failed(missing, { title: 'Any', pull: () => Promise.resolve() });
  assert.equal(status.current().action?.title, 'Pull Model');
  status.failed(missing, { title: 'Any' });
  assert.equal(status.current().action?.title, 'Select Model');
});

test('the doctor examines an engine that has no address and no advice', async () => {
  const engine = new ManualEngine();
  const { checks } = await examine({
    engine,
    measured: () =>
      Promise.resolve({ capabilities: { ...MANUAL_CAPABILITIES, logprobs: false }, age: 0 }),
    settings: DEFAULT_SETTINGS,
    overruled: [],
    decide: decider({ weightsFor: () => null, advisers: [] }),
    stateDir: '/state',
    storageProblem: null,
  });
  assert.equal(checks.find(({ name }) => name === 'engine')?.detail, 'The manual engine 1');
  const confidence = checks.find(({ name }) => name === 'confidence');
  assert.equal(confidence?.ok, false);
  assert.equal(confidence.advice, undefined);
});

test('failures of an engine that gives no commands are whole sentences, too', () => {
  const where = { engine: 'The engine', model: 'a:1b' };
  for (const { message } of [
    failures.unreachable(where),
    failures.modelMissing(where),
    failures.unauthorised(where),
  ]) {
    assert.match(message, /^The engine .*[a-z]\.$|^Nothing answers as The engine; .*\.$/);
    assert.doesNotMatch(message, /ollama|undefined|\(\)/i);
  }
});
