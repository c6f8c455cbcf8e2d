export function ollamaUrl(env: Readonly<Record<string, string | undefined>>): string;
