import { extname } from 'node:path';

/** LSP's identifiers of languages, by file extension; others go by the extension itself. */
const LANGUAGES: Readonly<Record<string, string>> = {
  '.bash': 'shellscript',
  '.cc': 'cpp',
  '.cjs': 'javascript',
  '.cs': 'csharp',
  '.cts': 'typescript',
  '.cxx': 'cpp',
  '.h': 'c',
  '.hpp': 'cpp',
  '.js': 'javascript',
  '.jsx': 'javascriptreact',
  '.kt': 'kotlin',
  '.md': 'markdown',
  '.mjs': 'javascript',
  '.mts': 'typescript',
  '.pl': 'perl',
  '.py': 'python',
  '.pyi': 'python',
  '.rb': 'ruby',
  '.rs': 'rust',
  '.sh': 'shellscript',
  '.ts': 'typescript',
  '.tsx': 'typescriptreact',
  '.yml': 'yaml',
};

/** The language identifier that an editor would give this file. */
export function languageOf(file: string): string {
  const extension = extname(file).toLowerCase();
  return LANGUAGES[extension] ?? (extension.slice(1) || 'plaintext');
}
