import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { PowerOverTime, type EnergyCounter } from './counter.ts';
import { numberOf, textOf } from './rapl.ts';

/**
 * What the machine as a whole draws from its battery while it runs on it (Linux,
 * Documentation/ABI/testing/sysfs-class-power). Null where no battery says what it gives.
 */
export function batteryCounter(
  root = '/sys/class/power_supply',
  now: () => number = () => performance.now(),
): EnergyCounter | null {
  const batteries = batteriesIn(root).filter((folder) => wattsOf(folder) !== null);
  if (batteries.length === 0) return null;
  const power = new PowerOverTime();
  return {
    name: 'battery',
    read() {
      const isDischarging = batteries.some(
        (each) => textOf(join(each, 'status')) === 'Discharging',
      );
      if (!isDischarging) {
        power.forget();
        return null;
      }
      for (const each of batteries) power.sample(each, wattsOf(each) ?? 0, now());
      return power.read(now());
    },
    dispose: () => undefined,
  };
}

function batteriesIn(root: string): string[] {
  try {
    return readdirSync(root)
      .map((name) => join(root, name))
      .filter((folder) => textOf(join(folder, 'type')) === 'Battery');
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
