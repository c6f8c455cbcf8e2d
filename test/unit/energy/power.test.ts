import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import {
  powerElsewhere,
  powerHere,
  powerOnLinux,
  PowerSource,
  type Power,
} from '../../../server/energy/power.ts';
import { until } from '../../support/answers.ts';

const turn = () => new Promise((resolve) => setImmediate(resolve));

function supplies(t: TestContext, all: Record<string, Record<string, string>>): string {
  const root = mkdtempSync(join(tmpdir(), 'shortstop-power-'));
  t.after(() => rmSync(root, { recursive: true, force: true }));
  for (const [name, values] of Object.entries(all)) {
    mkdirSync(join(root, name));
    for (const [file, value] of Object.entries(values)) {
      writeFileSync(join(root, name, file), `${value}\n`);
    }
  }
  return root;
}

test('Linux tells it by what the batteries say, whatever they and their adapters are called', async (t) => {
  const on = (status: string) =>
    powerOnLinux(supplies(t, { ADP1: { type: 'Mains' }, CMB0: { type: 'Battery', status } }));
  assert.equal(await on('Discharging'), 'battery');
  for (const status of ['Charging', 'Full', 'Not charging']) {
    assert.equal(await on(status), 'mains', status);
  }
});

test('a machine without a battery is on mains, also with a mouse that has one', async (t) => {
  const mouse = { type: 'Battery', scope: 'Device', status: 'Discharging' };
  assert.equal(await powerOnLinux(supplies(t, { hid0: mouse })), 'mains');
  assert.equal(await powerOnLinux(join(tmpdir(), 'no-such-folder')), 'mains');
});

test('nobody waits for it, and what was read holds for 30 s', async () => {
  let [now, looks] = [0, 0];
  let power: Power = 'battery';
  const look = () => {
    looks++;
    return Promise.resolve(power);
  };
  const source = new PowerSource(look, () => now);
  assert.equal(source.current, 'unknown');
  await turn();
  assert.equal(source.current, 'battery');
  power = 'mains';
  now = 29_999;
  assert.equal(source.current, 'battery');
  assert.equal(looks, 1);
  now = 30_000;
  assert.equal(source.current, 'battery');
  await turn();
  assert.equal(source.current, 'mains');
  assert.equal(looks, 2);
});

test('it is unknown where it can not be read, and asked for once at a time', async () => {
  let now = 0;
  const answers = [Promise.withResolvers<Power>(), Promise.withResolvers<Power>()];
  let looks = 0;
  const source = new PowerSource(
    () => answers[looks++]?.promise ?? Promise.reject(new Error('again')),
    () => now,
  );
  assert.equal(source.current, 'unknown');
  now = 60_000;
  assert.equal(source.current, 'unknown');
  assert.equal(looks, 1);
  answers[0]?.reject(new Error('no such command'));
  await turn();
  assert.equal(source.current, 'unknown');
  assert.equal(looks, 2);
});

test('the library answers without a battery and a network, too', async () => {
  assert.match(await powerElsewhere(), /^(mains|battery)$/);
});

test('this machine is on mains or on its battery', async () => {
  const source = powerHere();
  await until(() => source.current !== 'unknown', 'the power of this machine');
});
