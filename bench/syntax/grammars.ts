import type { Parser } from '@vscode/tree-sitter-wasm';
import { fileURLToPath } from 'node:url';

/** VS Code's language ids, and the grammar that reads each. */
const GRAMMARS: Readonly<Record<string, string>> = {
  typescript: 'typescript',
  typescriptreact: 'tsx',
  javascript: 'javascript',
  javascriptreact: 'javascript',
  python: 'python',
  go: 'go',
  rust: 'rust',
};

export const PARSED_LANGUAGES: readonly string[] = Object.keys(GRAMMARS);

/** A parser for one language, and the milliseconds that loading its grammar took. */
export interface LoadedParser {
  readonly parser: Parser;
  readonly loadMs: number;
}

/**
 * Parsers for some languages; those without a grammar are left out.
 * @returns also the milliseconds that tree-sitter itself took to start (0 from the second call on)
 */
export async function loadParsers(
  languageIds: Iterable<string>,
): Promise<{ readonly startMs: number; readonly parsers: ReadonlyMap<string, LoadedParser> }> {
  const start = performance.now();
  // Only here: the laboratory's other commands run without this development dependency.
  const { default: treeSitter } = await import('@vscode/tree-sitter-wasm');
  await treeSitter.Parser.init();
  const startMs = performance.now() - start;
  const parsers = new Map<string, LoadedParser>();
  for (const languageId of new Set(languageIds)) {
    const grammar = GRAMMARS[languageId];
    if (grammar === undefined) continue;
    const from = performance.now();
    const main = import.meta.resolve('@vscode/tree-sitter-wasm');
    const file = fileURLToPath(new URL(`tree-sitter-${grammar}.wasm`, main));
    const language = await treeSitter.Language.load(file);
    const parser = new treeSitter.Parser().setLanguage(language);
    parsers.set(languageId, { parser, loadMs: performance.now() - from });
  }
  return { startMs, parsers };
}
