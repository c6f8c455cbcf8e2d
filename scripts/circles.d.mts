export function circles(baseDir?: string, folders?: readonly string[]): Promise<string[]>;
