export function hasCommand(name: string, args?: readonly string[]): boolean;
