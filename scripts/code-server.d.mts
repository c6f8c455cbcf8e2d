export interface Profile {
  readonly userDataDir: string;
  readonly extensionsDir: string;
}
export interface RunningCodeServer {
  readonly url: string;
  readonly port: number;
  readonly pid: number;
  readonly stop: () => Promise<void>;
}
export function installCodeServer(options?: {
  readonly log?: (line: string) => void;
}): Promise<unknown>;
export function installExtension(options: Profile & { readonly vsix: string }): void;
export function startCodeServer(
  options: Profile & {
    readonly folder: string;
    readonly port?: number;
    readonly log?: (line: string) => void;
    readonly env?: Readonly<Record<string, string>>;
  },
): Promise<RunningCodeServer>;
