import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test, type TestContext } from 'node:test';
import { batteryCounter } from '../../../server/energy/battery.ts';
import { PowerOverTime, type EnergyCounter } from '../../../server/energy/counter.ts';
import { EnergyMeter } from '../../../server/energy/meter.ts';
import { nvidiaCounter, powerIn } from '../../../server/energy/nvidia.ts';
import { raplCounter } from '../../../server/energy/rapl.ts';
import { until } from '../../support/answers.ts';

function folder(t: TestContext): string {
  const path = mkdtempSync(join(tmpdir(), 'shortstop-energy-'));
  t.after(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

/** A folder of the kernel's: one value a file. */
function write(root: string, name: string, values: Readonly<Record<string, string | number>>) {
  mkdirSync(join(root, name), { recursive: true });
  for (const [file, value] of Object.entries(values))
    writeFileSync(join(root, name, file), `${value}\n`);
}

test('power adds up over time, of several parts together', () => {
  const power = new PowerOverTime();
  assert.equal(power.read(0), null);
  power.sample('a', 10, 1000);
  power.sample('b', 5, 2000);
  assert.equal(power.read(4000), 10 + 2 * 15);
  power.forget();
  assert.equal(power.read(9000), null);
});

describe('RAPL', () => {
  const zone = { name: 'package-0', max_energy_range_uj: 1_000_000_000, energy_uj: 5_000_000 };

  test('counts the packages, not their parts, also where a counter begins anew', (t) => {
    const root = folder(t);
    write(root, 'intel-rapl:0', zone);
    write(root, 'intel-rapl:1', { ...zone, name: 'package-1', energy_uj: 999_000_000 });
    write(root, 'intel-rapl:0:0', { ...zone, name: 'core' });
    write(root, 'intel-rapl:2', { ...zone, name: 'psys' });
    const counter = raplCounter(root);
    assert.equal(counter?.read(), 0);
    write(root, 'intel-rapl:0', { energy_uj: 7_000_000 });
    write(root, 'intel-rapl:1', { energy_uj: 500_000 });
    write(root, 'intel-rapl:2', { energy_uj: 900_000_000 });
    assert.equal(counter.read(), 2 + 1.5);
  });

  test('is none where there is nothing, or nothing to be read', (t) => {
    const root = folder(t);
    assert.equal(raplCounter(join(root, 'missing')), null);
    write(root, 'intel-rapl:0', { name: 'package-0', max_energy_range_uj: 1 });
    assert.equal(raplCounter(root), null);
  });
});

describe('a battery', () => {
  const bat = { type: 'Battery', status: 'Discharging', power_now: 12_000_000 };

  test('tells what the machine draws, while it runs on it', (t) => {
    const root = folder(t);
    write(root, 'BAT0', bat);
    write(root, 'AC', { type: 'Mains', online: 0 });
    let at = 0;
    const counter = batteryCounter(root, () => at);
    assert.equal(counter?.read(), 0);
    at = 2000;
    assert.equal(counter.read(), 24);
    write(root, 'BAT0', { status: 'Charging' });
    assert.equal(counter.read(), null);
  });

  test('tells it by current and voltage, too', (t) => {
    const root = folder(t);
    const values = { current_now: 1_000_000, voltage_now: 12_000_000 };
    write(root, 'BAT1', { type: 'Battery', status: 'Discharging', ...values });
    let at = 0;
    const counter = batteryCounter(root, () => at);
    counter?.read();
    at = 500;
    assert.equal(counter?.read(), 6);
  });

  test('is none on a machine without, or where it does not say', (t) => {
    const root = folder(t);
    write(root, 'BAT0', { type: 'Battery', status: 'Discharging' });
    assert.equal(batteryCounter(root), null);
    assert.equal(batteryCounter(join(root, 'missing')), null);
  });
});

describe('nvidia-smi', () => {
  test('is read line by line', () => {
    assert.deepEqual(powerIn('0, 117.43'), { gpu: '0', watts: 117.43 });
    assert.deepEqual(powerIn('1, 80'), { gpu: '1', watts: 80 });
    for (const line of ['', '0, [N/A]', '0, [Not Supported]', 'No devices were found'])
      assert.equal(powerIn(line), null);
  });

  test('runs while somebody asks, and says nothing before its first sample', async (t) => {
    const tool = join(folder(t), 'tool.sh');
    writeFileSync(tool, '#!/bin/sh\necho "0, 60.0"\necho "1, 40.0"\nsleep 60\n');
    chmodSync(tool, 0o755);
    const counter = nvidiaCounter(tool);
    t.after(() => counter.dispose());
    assert.equal(counter.read(), null);
    await until(() => counter.read() !== null, 'the tool has said something');
    const [before, from] = [counter.read() ?? 0, performance.now()];
    await until(() => performance.now() - from > 100, 'a tenth of a second');
    const joules = (counter.read() ?? 0) - before;
    assert.ok(joules > 9 && joules < 100, `${joules} J`);
  });

  test('is missed in silence', async () => {
    const counter = nvidiaCounter(join(tmpdir(), 'no-such-tool'));
    assert.equal(counter.read(), null);
    await new Promise((resolve) => setTimeout(resolve, 50));
    assert.equal(counter.read(), null);
    counter.dispose();
  });
});

describe('the meter', () => {
  const counter = (name: EnergyCounter['name'], readings: (number | null)[]): EnergyCounter => ({
    name,
    read: () => readings.shift() ?? null,
    dispose: () => undefined,
  });
  const metered = (gpuShare: number | null, isHere = true, gpu = [1, 4]) => {
    let at = 0;
    const counters = {
      gpu: counter('nvidia-smi', gpu),
      cpu: [counter('rapl', [null, null]), counter('battery', [10, 12.5])],
    };
    const end = new EnergyMeter(counters, () => at).begin(gpuShare, isHere);
    at = 250;
    return end();
  };

  test('reads what the model runs on, and of several the first that can tell', () => {
    assert.deepEqual(metered(1), { engineMs: 250, joules: 3, meter: 'nvidia-smi' });
    for (const share of [0, 0.4, null])
      assert.deepEqual(metered(share), { engineMs: 250, joules: 2.5, meter: 'battery' });
  });

  test('measures time alone where nothing tells, or the engine works elsewhere', () => {
    const unknown = { engineMs: 250, joules: null, meter: null };
    assert.deepEqual(metered(1, true, []), unknown);
    assert.deepEqual(metered(1, false), unknown);
  });
});
