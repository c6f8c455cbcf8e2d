import assert from 'node:assert/strict';
import { test } from 'node:test';
import { EngineLoad } from '../../server/completion/engine-load.ts';
import type { Capabilities } from '../../server/engines/engine.ts';
import { Scheduler } from '../../server/engines/scheduler.ts';
import { createLog } from '../../server/log.ts';
import { ModelHost } from '../../server/model-host.ts';
import { Readiness } from '../../server/window/readiness.ts';
import { Status } from '../../server/window/status.ts';
import { DEFAULT_SETTINGS } from '../../shared/settings.ts';
import { until } from '../support/answers.ts';
import { MANUAL_CAPABILITIES, ManualEngine } from '../support/manual-engine.ts';
import { decideWith } from '../support/weights.ts';

const MODEL = MANUAL_CAPABILITIES.model.name;
const MINUTE = 60_000;
const speed = (msPerToken: number, prefillTokensPerSecond: number): Capabilities => ({
  ...MANUAL_CAPABILITIES,
  ...{ msPerToken, msPerTokenWithAlternatives: msPerToken, prefillTokensPerSecond },
});
const UNDER_LOAD = speed(174, 14);
const ALONE = speed(23, 115);

/** An engine that was measured under load, which has gone since; minute 0. */
async function slowAtStart() {
  const engine = new ManualEngine();
  let now = 0;
  let measured = 0;
  let speedNow = UNDER_LOAD;
  engine.measure = () => {
    measured++;
    return Promise.resolve(speedNow);
  };
  const log = createLog(
    () => undefined,
    () => undefined,
  );
  const models = new ModelHost(engine, log, () => now);
  const capabilities = (await models.measured(MODEL)).capabilities;
  assert.equal(capabilities, UNDER_LOAD);
  speedNow = ALONE;
  const stream = (msPerToken: number) =>
    models.paced({ capabilities, alternatives: 0, gaps: 5, gapMs: 5 * msPerToken });
  return { models, log, stream, measured: () => measured, at: (ms: number) => (now = ms) };
}

test('figures are outdated where five streams in a row were of another pace, and their author pauses', async () => {
  const { models, stream, at } = await slowAtStart();
  at(3 * MINUTE);
  for (const ms of [23, 23, 23, 23, 170, 23, 23, 23, 23]) stream(ms);
  at(4 * MINUTE);
  assert.equal(models.isOutdated(MODEL), false, 'four in a row');
  stream(23);
  assert.equal(models.isOutdated(MODEL), false, 'its author types');
  at(4 * MINUTE + 3_000);
  assert.equal(models.isOutdated(MODEL), true);
  for (let n = 0; n < 4; n++) stream(400);
  at(5 * MINUTE);
  assert.equal(models.isOutdated(MODEL), false, 'faster ones do not count with slower ones');
});

test('young figures are not outdated', async () => {
  const { models, stream, at } = await slowAtStart();
  for (let n = 0; n < 5; n++) stream(23);
  at(2 * MINUTE - 1);
  assert.equal(models.isOutdated(MODEL), false);
  at(2 * MINUTE);
  assert.equal(models.isOutdated(MODEL), true);
});

test('a measurement that is aborted leaves the figures as they were', async () => {
  const { models, at } = await slowAtStart();
  at(MINUTE);
  models.engine.measure = () => Promise.reject(new Error('aborted'));
  await assert.rejects(models.measureAgain(MODEL, AbortSignal.abort()));
  assert.equal((await models.measured(MODEL)).capabilities, UNDER_LOAD);
});

test('outdated figures are measured again while nothing runs, and the advice follows', async (t) => {
  const { models, log, stream, measured, at } = await slowAtStart();
  const settings = { ...DEFAULT_SETTINGS, model: MODEL };
  const status = new Status(
    'manual',
    () => 0,
    () => undefined,
  );
  const scheduler = new Scheduler();
  const readiness = new Readiness({
    ...{ models, status, scheduler, log, load: new EngineLoad() },
    settings: () => settings,
    decide: decideWith(null),
    modelReplaced: () => undefined,
  });
  t.after(() => readiness.dispose());
  await readiness.warmUp();
  assert.match(status.current().advice?.text ?? '', /A line takes about/);
  for (let n = 0; n < 5; n++) stream(23);
  at(2 * MINUTE);
  const typed = Promise.withResolvers<null>();
  const typing = scheduler.run('interactive', new AbortController().signal, () => typed.promise);
  await new Promise((resolve) => setTimeout(resolve, 2_200));
  assert.equal(measured(), 1, 'not beside other work');
  typed.resolve(null);
  await typing;
  await until(() => status.current().advice === undefined, 'the advice is gone', 5_000);
  assert.equal(measured(), 2);
});
