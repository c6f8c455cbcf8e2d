import { UsageError } from './usage-error.ts';

/** The value of an option that counts something. @throws UsageError where it is no whole number from 1 on */
export function atLeastOne(text: string, name: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1)
    throw new UsageError(`--${name} wants a whole number, 1 or more`);
  return value;
}
