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
