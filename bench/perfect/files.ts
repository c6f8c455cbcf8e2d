import { readdir, stat } from 'node:fs/promises';
import { basename, extname, join, relative, resolve, sep } from 'node:path';
import { TraceError } from '../jsonl.ts';

/** The files of each language that a span may be cut from, by extension. */
const EXTENSIONS: Readonly<Record<string, readonly string[]>> = {
  typescript: ['.ts', '.mts', '.cts'],
  typescriptreact: ['.tsx'],
  javascript: ['.js', '.mjs', '.cjs'],
  javascriptreact: ['.jsx'],
  python: ['.py'],
  go: ['.go'],
  rust: ['.rs'],
  cpp: ['.h', '.hpp', '.cpp', '.cc', '.cxx', '.hxx'],
  c: ['.c', '.h'],
  java: ['.java'],
  csharp: ['.cs'],
  html: ['.html', '.htm'],
  css: ['.css'],
  json: ['.json'],
  yaml: ['.yaml', '.yml'],
  sql: ['.sql'],
  shellscript: ['.sh', '.bash'],
  php: ['.php'],
  ruby: ['.rb'],
  vue: ['.vue'],
  markdown: ['.md'],
};
/** Larger ones are generated or minified. */
const MAX_BYTES = 120_000;
const NEVER = new Set(['node_modules', '.git']);

/** Files of one language, and where they were looked for. */
export interface Sources {
  readonly language: string;
  readonly folders: readonly string[];
}

/**
 * `LANG=DIR[,DIR]…`
 * @throws Error on another form, or a language that no extension is known for
 */
export function parseSources(spec: string): Sources {
  const [language = '', folders = ''] = spec.split('=', 2);
  if (!(language in EXTENSIONS) || folders === '') {
    const known = Object.keys(EXTENSIONS).join(', ');
    throw new Error(`${spec}: expected LANG=DIR[,DIR]… with one of ${known}`);
  }
  return { language, folders: folders.split(',') };
}

/** The extension that a file of this language is given. */
export function extensionOf(language: string): string {
  return EXTENSIONS[language]?.[0] ?? '.txt';
}

/** What of a project's own folders a language has, for a run without arguments. */
export async function ownSources(root: string): Promise<Sources[]> {
  const top = await readdir(root, { withFileTypes: true });
  const folders = top
    .filter((entry) => entry.isDirectory() && !/^\.|^(dist|node_modules)$/.test(entry.name))
    .map(({ name }) => join(root, name));
  const sources: Sources[] = [];
  for (const language of Object.keys(EXTENSIONS)) {
    const some = { language, folders };
    if ((await listFiles(some)).length > 0) sources.push(some);
  }
  return sources;
}

/** The language's files, in a fixed order; declarations, minified and large ones are left out. */
export async function listFiles({ language, folders }: Sources): Promise<string[]> {
  const wanted = EXTENSIONS[language] ?? [];
  const found: string[] = [];
  for (const folder of folders) {
    const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => {
      throw new TraceError('unreadable', folder, 0, 'no such folder');
    });
    for (const entry of entries) {
      const path = join(entry.parentPath, entry.name);
      const parts = relative(resolve(folder), resolve(path)).split(sep);
      if (!entry.isFile() || !wanted.includes(extname(entry.name).toLowerCase())) continue;
      if (parts.some((part) => NEVER.has(part))) continue;
      if (/\.d\.[mc]?ts$|\.min\.|[-.]lock\.|-lock\.json$/.test(basename(path))) continue;
      if ((await stat(path)).size < MAX_BYTES) found.push(path);
    }
  }
  return found.sort();
}
