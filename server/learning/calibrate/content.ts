import { createHash } from 'node:crypto';

/** The text that offsets count in: LF alone ends a line, and no byte order mark begins it. */
export function normalisedText(raw: string): string {
  return raw.replace(/^\uFEFF/, '').replace(/\r\n?/g, '\n');
}

/**
 * What tells one file from another, whatever its path: SHA-256 of its text without trailing blanks of lines
 * and outer blanks, hexadecimal.
 */
export function contentHash(text: string): string {
  const lines = normalisedText(text).split('\n');
  const bare = lines
    .map((line) => line.trimEnd())
    .join('\n')
    .trim();
  return createHash('sha256').update(bare).digest('hex');
}

/** What a problem is called in features and weights: the first half of a SHA-256 over its name. */
export function hashOf(problem: string): string {
  return createHash('sha256').update(problem).digest('hex').slice(0, 32);
}
