/** The one part of the library that is bundled; its index would bring all of it. */
declare module 'systeminformation/lib/battery.js' {
  import type { Systeminformation } from 'systeminformation';

  function battery(): Promise<Systeminformation.BatteryData>;
  export = battery;
}
