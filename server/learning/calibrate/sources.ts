import { extname } from 'node:path';

const LANGUAGES: Readonly<Record<string, string>> = {
  '.ts': 'typescript',
  '.mts': 'typescript',
  '.cts': 'typescript',
  '.tsx': 'typescriptreact',
  '.js': 'javascript',
  '.mjs': 'javascript',
  '.cjs': 'javascript',
  '.jsx': 'javascriptreact',
  '.py': 'python',
  '.go': 'go',
  '.rs': 'rust',
  '.java': 'java',
};
const BUILT = /\.d\.[mc]?ts$|\.min\.[mc]?js$|[._]pb2?\.(go|py)$|\bbundle\b/;

/** Folders that no source is written in. */
export const NEVER: ReadonlySet<string> = new Set([
  'node_modules',
  '.git',
  'dist',
  'build',
  'vendor',
  'target',
  '__pycache__',
]);

/** Larger files are left out. Bytes. */
export const LARGEST_SOURCE = 200_000;

/** VS Code's language id of a source file; null for what is none: build outputs, declarations, minified files. */
export function sourceLanguage(path: string): string | null {
  const language = LANGUAGES[extname(path)];
  if (language === undefined || BUILT.test(path)) return null;
  return path.split(/[\\/]/).some((part) => NEVER.has(part)) ? null : language;
}

/** Whether a text was written line by line, and not by a program. */
export function isWrittenByHand(text: string): boolean {
  const lines = text.split('\n');
  const generated = /generated (by|from)|do not edit|@generated|auto-?generated/i.test(
    lines.slice(0, 12).join('\n'),
  );
  return !generated && lines.length >= 15 && lines.every((line) => line.length <= 400);
}
