import type { BudgetStatus } from '../../shared/stats.ts';
import type { Settings } from '../../shared/settings.ts';
import type { PrivateFiles } from '../completion/private-files.ts';
import type { EngineLoad } from '../completion/engine-load.ts';
import type { Scheduler } from '../engines/scheduler.ts';
import type { PowerSource } from '../energy/power.ts';
import type { Metered } from '../energy/meter.ts';
import type { Observe } from '../learning/observe.ts';
import type { Decide } from '../learning/question.ts';
import type { Log } from '../log.ts';
import type { ModelHost } from '../model-host.ts';
import type { Notices } from '../notices.ts';
import type { Ledger, MeasuringCosts } from '../outcomes/records.ts';

/** What all windows of a daemon have in common. */
export interface Shared {
  readonly engine: string;
  readonly models: ModelHost;
  readonly scheduler: Scheduler;
  readonly ledger: Ledger;
  readonly privateFiles: PrivateFiles;
  readonly decide: Decide;
  readonly observe: Observe;
  /** A salted hash of a root; null while the salt can't be read. */
  readonly workspaceName: (root: string) => string | null;
  readonly reuse: boolean;
  /** Whether the engine is slow to answer: another program may be using it. */
  readonly load: EngineLoad;
  /** Of the machine that the daemon runs on. */
  readonly power: Pick<PowerSource, 'current'>;
  readonly notices: Notices;
  readonly log: Log;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** Uniform in [0, 1). */
  readonly random: () => number;
  /** What holds while no editor has said anything. */
  readonly defaults: Settings;
  /**
   * Takes what is one for all windows: the engine's address, and how long rows are kept.
   * @returns true where the engine is another one from now on; every window was told then
   */
  readonly configured: (settings: Settings) => Promise<boolean>;
  /** The engine begins to work; the result is called when it has ended. */
  readonly meter: (gpuShare: number | null) => () => Metered;
  /** A question was answered with so many tokens. */
  readonly answered: (tokens: number) => void;
  /** What is left of the budgets that a window's settings set; null where they set none. */
  readonly budget: (settings: Settings) => BudgetStatus | null;
  /** A model is another one under the same name; tells every window. */
  readonly modelReplaced: (model: string) => void;
  /** What it took lately to measure what stopping saves. */
  readonly measuringCosts: () => MeasuringCosts;
  /** Somebody edits or asks: what is done at idle makes way. */
  readonly active: () => void;
  /** There is something new for the figures. */
  readonly counted: () => void;
}
