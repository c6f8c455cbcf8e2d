/** One command of `shortstop`. */
export interface Command {
  readonly usage: string;
  readonly summary: string;
  /**
   * @param args what stands behind the command's name
   * @returns the exit status
   * @throws UsageError
   */
  run(args: string[]): Promise<number>;
}
