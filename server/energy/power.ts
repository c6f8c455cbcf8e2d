import battery from 'systeminformation/lib/battery.js';
import { isDischarging } from './battery.ts';

/** What the machine runs on; a machine without a battery is on mains. */
export type Power = 'mains' | 'battery' | 'unknown';

/** For so long what was read holds. */
const FRESH_MS = 30_000;

/** Tells what a machine runs on, without making anybody wait for it. */
export class PowerSource {
  readonly #look: () => Promise<Power>;
  readonly #now: () => number;
  #last: Power = 'unknown';
  #lookedAt = -Infinity;
  #isLooking = false;

  /** @param now milliseconds by a clock that is never set */
  constructor(look: () => Promise<Power>, now: () => number = () => performance.now()) {
    this.#look = look;
    this.#now = now;
  }

  /** As last read. What is older than 30 s is read again for the next who asks; `unknown` where that failed. */
  get current(): Power {
    if (!this.#isLooking && this.#now() - this.#lookedAt >= FRESH_MS) void this.#lookAgain();
    return this.#last;
  }

  async #lookAgain(): Promise<void> {
    this.#isLooking = true;
    this.#lookedAt = this.#now();
    this.#last = await this.#look().catch(() => 'unknown' as const);
    this.#isLooking = false;
  }
}

/**
 * Of this machine. On Linux a battery says itself whether it is discharging; the library knows two names of
 * batteries and two of adapters there, and takes a full one on any other adapter for one in use.
 */
export function powerHere(): PowerSource {
  return new PowerSource(process.platform === 'linux' ? powerOnLinux : powerElsewhere);
}

export function powerOnLinux(root?: string): Promise<Power> {
  return Promise.resolve(isDischarging(root) ? 'battery' : 'mains');
}

/** Asks the system by a command of its own: `pmset`, PowerShell, `sysctl`. */
export async function powerElsewhere(): Promise<Power> {
  const { hasBattery, acConnected, isCharging } = await battery();
  return hasBattery && !acConnected && !isCharging ? 'battery' : 'mains';
}
