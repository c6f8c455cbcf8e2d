import assert from 'node:assert/strict';
import { afterEach, describe, test } from 'node:test';
import { DoctorRequest } from '../../shared/protocol.ts';
import { until } from '../support/answers.ts';
import { connectDaemon, type ConnectedDaemon } from '../support/daemon.ts';
import { FakeOllama } from '../support/fake-ollama.ts';

const GIVEN = 'qwen2.5-coder:1.5b';
const OTHER = 'qwen2.5-coder:3b';

describe('a model on the command line', () => {
  const cleanUps: (() => unknown)[] = [];
  afterEach(async () => {
    for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
  });

  async function start(settings: Record<string, unknown>): Promise<ConnectedDaemon> {
    const fake = await FakeOllama.start({ models: [{ name: GIVEN, digest: '1'.repeat(64) }] });
    cleanUps.push(() => fake.stop());
    const daemon = await connectDaemon('in-band', {
      ...{ url: fake.url, settings, daemon: { model: GIVEN } },
    });
    cleanUps.push(() => daemon.stop());
    await until(() => daemon.statuses.at(-1)?.state === 'ready', 'the daemon is ready');
    return daemon;
  }

  const inDoctor = async ({ connection }: ConnectedDaemon) => {
    const { checks } = await connection.sendRequest(DoctorRequest.type);
    return checks.find(({ name }) => name === 'settings')?.detail;
  };
  const inLog = ({ log }: ConnectedDaemon) => log.filter((line) => line.includes('no effect'));

  test('beats the setting, and log and doctor say so', async () => {
    const daemon = await start({ model: OTHER });
    assert.equal(daemon.statuses.at(-1)?.model, GIVEN);
    const said = `The command line says --model ${GIVEN}, so the setting shortstop.model (${OTHER}) has no effect; start Shortstop without --model to use it.`;
    assert.equal(await inDoctor(daemon), said);
    await daemon.configure({ enable: true });
    await daemon.configure({ model: 'qwen2.5-coder:7b' });
    await until(() => inLog(daemon).length === 2, 'another setting is said again');
    assert.ok(inLog(daemon)[0]?.endsWith(said));
    await daemon.configure({ model: GIVEN, ensemble: { models: [GIVEN, OTHER] } });
    await until(() => inLog(daemon).length === 3, 'an ensemble is said');
    assert.match(
      (await inDoctor(daemon)) ?? '',
      /shortstop\.ensemble\.models \(.*3b\) has no effect/,
    );
  });

  test('is not spoken of where the setting is the same, or was left alone', async () => {
    const daemon = await start({ model: GIVEN });
    assert.equal(await inDoctor(daemon), undefined);
    await daemon.configure({ model: undefined });
    assert.equal(await inDoctor(daemon), undefined);
    assert.deepEqual(inLog(daemon), []);
  });
});
