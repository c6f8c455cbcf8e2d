export function findBrowser(): string | null;
export function installBrowser(options?: {
  readonly log?: (line: string) => void;
}): Promise<string>;
