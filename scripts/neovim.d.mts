export const HOW_TO_GET: string;
export function findNeovim(): string | null;
export function installNeovim(options?: {
  readonly log?: (line: string) => void;
}): Promise<string | null>;
