export interface RunningOllama {
  readonly url: string;
  readonly pid: number;
  readonly logFile: string;
  readonly stop: () => Promise<void>;
}
export function buildOllama(options?: { readonly log?: (line: string) => void }): Promise<string>;
export function builtOllama(): string | null;
export function startOllama(options?: {
  readonly port?: number;
  readonly binary?: string;
  readonly models?: string;
  readonly logFile?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly log?: (line: string) => void;
}): Promise<RunningOllama>;
