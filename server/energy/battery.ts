import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { PowerOverTime, type EnergyCounter } from './counter.ts';
import { numberOf, textOf } from './rapl.ts';

const ROOT = '/sys/class/power_supply';

/**
 * What the machine as a whole draws from its battery while it runs on it (Linux,
 * Documentation/ABI/testing/sysfs-class-power). Null where no battery says what it gives.
 */
export function batteryCounter(
  root = ROOT,
  now: () => number = () => performance.now(),
): EnergyCounter | null {
  const batteries = batteriesIn(root).filter((folder) => wattsOf(folder) !== null);
  if (batteries.length === 0) return null;
  const power = new PowerOverTime();
  return {
    name: 'battery',
    read() {
      if (!batteries.some(gives)) {
        power.forget();
        return null;
      }
      for (const each of batteries) power.sample(each, wattsOf(each) ?? 0, now());
      return power.read(now());
    },
    dispose: () => undefined,
  };
}

/** Whether the machine runs on its battery (Linux); false without one. */
export function isDischarging(root = ROOT): boolean {
  return batteriesIn(root).some(gives);
}

function gives(folder: string): boolean {
  return textOf(join(folder, 'status')) === 'Discharging';
}

/** Those that the machine runs on, not those of its mouse. */
function batteriesIn(root: string): string[] {
  try {
    return readdirSync(root)
      .map((name) => join(root, name))
      .filter((folder) => textOf(join(folder, 'type')) === 'Battery')
      .filter((folder) => textOf(join(folder, 'scope')) !== 'Device');
  } catch {
    return [];
  }
}

/** Drivers give microwatts, or microamperes and microvolts. */
function wattsOf(folder: string): number | null {
  const power = numberOf(join(folder, 'power_now'));
  if (power !== null) return power / 1e6;
  const current = numberOf(join(folder, 'current_now'));
  const voltage = numberOf(join(folder, 'voltage_now'));
  return current === null || voltage === null ? null : (current * voltage) / 1e12;
}
