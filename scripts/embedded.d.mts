export function hasEmbedded(): Promise<boolean>;
export function installEmbedded(options?: { readonly log?: (line: string) => void }): Promise<void>;
