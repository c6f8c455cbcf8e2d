import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import ignore, { type Ignore } from 'ignore';
import type { Settings } from '../../shared/settings.ts';

export type FileVerdict = 'open' | 'never-read' | 'git-ignored';

const FRESH_MS = 5000;

/**
 * Says which documents may be read: not those whose path matches `files.neverRead`, nor, unless the
 * user says otherwise, those that git ignores. Documents without a path (untitled) are open.
 */
export class PrivateFiles {
  readonly #patterns = new Map<string, Ignore>();
  readonly #verdicts = new Map<string, { verdict: FileVerdict; at: number }>();
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  verdict(uri: string, files: Settings['files']): FileVerdict {
    const path = pathOf(uri);
    if (path === null) return 'open';
    const key = `${path}\0${String(files.respectGitignore)}\0${files.neverRead.join('\0')}`;
    const known = this.#verdicts.get(key);
    if (known && Math.abs(this.#now() - known.at) < FRESH_MS) return known.verdict;
    const verdict = this.#look(path, files);
    if (this.#verdicts.size > 500) this.#verdicts.clear();
    this.#verdicts.set(key, { verdict, at: this.#now() });
    return verdict;
  }

  #look(path: string, files: Settings['files']): FileVerdict {
    const fromRoot = path
      .replace(/^([a-zA-Z]:)?[\\/]+/, '')
      .split(sep)
      .join('/');
    if (fromRoot === '') return 'open';
    if (this.#neverRead(files.neverRead).ignores(fromRoot)) return 'never-read';
    if (files.respectGitignore && isGitIgnored(path)) return 'git-ignored';
    return 'open';
  }

  #neverRead(patterns: readonly string[]): Ignore {
    const key = patterns.join('\0');
    let rules = this.#patterns.get(key);
    if (!rules) {
      rules = ignore().add([...patterns]);
      this.#patterns.set(key, rules);
    }
    return rules;
  }
}

/** The file system path of a document, that of the notebook for a cell; null where it has none. */
function pathOf(uri: string): string | null {
  const asFile = uri.replace(/^(vscode-notebook-cell|vscode-remote):\/\/[^/]*/, 'file://');
  if (!asFile.startsWith('file:')) return null;
  try {
    return fileURLToPath(asFile.replace(/[?#].*$/, ''));
  } catch {
    return null;
  }
}

/** gitignore(5): the files of all folders from the repository's root down, the nearest match wins. */
function isGitIgnored(path: string): boolean {
  const folders = foldersUpToRepository(path);
  if (folders === null) return false;
  const root = folders[0] ?? dirname(path);
  for (const target of [...folders.slice(1), path]) {
    const isFolder = target !== path;
    let ignored = false;
    for (const folder of folders) {
      if (folder === target || !target.startsWith(folder + sep)) continue;
      const rules = rulesOf(folder, folder === root);
      const inside = relative(folder, target).split(sep).join('/') + (isFolder ? '/' : '');
      const test = rules.test(inside);
      if (test.ignored) ignored = true;
      else if (test.unignored) ignored = false;
    }
    if (ignored) return true;
  }
  return false;
}

/** From the repository's root to the file's folder; null outside a repository. */
function foldersUpToRepository(path: string): string[] | null {
  const folders: string[] = [];
  for (let folder = dirname(path); ; folder = dirname(folder)) {
    folders.unshift(folder);
    if (existsSync(join(folder, '.git'))) return folders;
    if (folder === dirname(folder)) return null;
  }
}

function rulesOf(folder: string, isRoot: boolean): Ignore {
  const rules = ignore();
  if (isRoot) rules.add(readIfSmall(join(folder, '.git', 'info', 'exclude')));
  return rules.add(readIfSmall(join(folder, '.gitignore')));
}

function readIfSmall(path: string): string {
  try {
    return statSync(path).size < 1_000_000 ? readFileSync(path, 'utf8') : '';
  } catch {
    return '';
  }
}
