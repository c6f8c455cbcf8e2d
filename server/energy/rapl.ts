import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { EnergyCounter } from './counter.ts';

/**
 * The energy of all CPU packages by RAPL, as Linux's powercap shows it (Documentation/power/powercap/powercap.rst).
 * Null where there is none or the user may not read it, which most systems reserve for root.
 */
export function raplCounter(root = '/sys/class/powercap'): EnergyCounter | null {
  const packages = zones(root).flatMap((zone) => {
    const name = textOf(join(zone, 'name'));
    const range = numberOf(join(zone, 'max_energy_range_uj'));
    const file = join(zone, 'energy_uj');
    const last = numberOf(file);
    if (name?.startsWith('package') !== true || range === null || last === null) return [];
    return [{ file, range, last }];
  });
  if (packages.length === 0) return null;
  let joules = 0;
  return {
    name: 'rapl',
    read() {
      for (const each of packages) {
        const now = numberOf(each.file);
        if (now === null) return null;
        const since = now - each.last;
        // The counter begins anew at its range.
        joules += (since < 0 ? since + each.range : since) / 1e6;
        each.last = now;
      }
      return joules;
    },
    dispose: () => undefined,
  };
}

/** `intel-rapl:0` is a package, on AMD too; `intel-rapl:0:1` a part of it. */
function zones(root: string): string[] {
  try {
    return readdirSync(root)
      .filter((name) => /^intel-rapl:\d+$/.test(name))
      .map((name) => join(root, name));
  } catch {
    return [];
  }
}

export function textOf(file: string): string | null {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch {
    return null;
  }
}

export function numberOf(file: string): number | null {
  const text = textOf(file);
  return text !== null && /^\d+$/.test(text) ? Number(text) : null;
}
