/** A claim of statistics.md, checked on data of which the truth is known. */
export interface Simulation {
  /** What `sim NAME` runs it by. */
  readonly id: string;
  /** Which claim it checks, in words. */
  readonly title: string;
  /** With fixed seeds: the same rows each time. */
  run(): Promise<readonly SimulationRow[]> | readonly SimulationRow[];
}

export interface SimulationRow {
  /** For instance `coverage at 50 control stretches`. */
  readonly figure: string;
  /** With its unit, and over how many runs. */
  readonly measured: string;
  /** For instance `>= 93 %`; empty where the figure is shown only. */
  readonly goal: string;
  /** Null where there is no goal. */
  readonly met: boolean | null;
}
