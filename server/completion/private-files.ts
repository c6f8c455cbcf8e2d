import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import ignore, { type Ignore } from 'ignore';
import type { Settings } from '../../shared/settings.ts';
import { pathsOf } from './document-paths.ts';

export type FileVerdict = 'open' | 'never-read' | 'git-ignored';

const FRESH_MS = 5000;

/**
 * Says which documents may be read: not those of which any name, the real path included, matches
 * `files.neverRead` (in any case of letters), nor, unless the user says otherwise, those that git
 * ignores, nor those whose address can't be read.
 */
export class PrivateFiles {
  readonly #patterns = new Map<string, Ignore>();
  readonly #verdicts = new Map<string, { verdict: FileVerdict; at: number }>();
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  verdict(uri: string, files: Settings['files']): FileVerdict {
    const key = `${uri}\0${String(files.respectGitignore)}\0${files.neverRead.join('\0')}`;
    const known = this.#verdicts.get(key);
    if (known && Math.abs(this.#now() - known.at) < FRESH_MS) return known.verdict;
    const verdict = this.#look(uri, files);
    if (this.#verdicts.size > 500) this.#verdicts.clear();
    this.#verdicts.set(key, { verdict, at: this.#now() });
    return verdict;
  }

  #look(uri: string, files: Settings['files']): FileVerdict {
    const paths = pathsOf(uri);
    if (!paths) return 'never-read';
    const rules = this.#neverRead(files.neverRead);
    if (paths.names.some((name) => rules.ignores(name))) return 'never-read';
    if (files.respectGitignore && paths.onDisk.some(isGitIgnored)) return 'git-ignored';
    return 'open';
  }

  #neverRead(patterns: readonly string[]): Ignore {
    const key = patterns.join('\0');
    let rules = this.#patterns.get(key);
    if (!rules) {
      rules = ignore({ ignorecase: true }).add(patterns.map((each) => each.normalize('NFKC')));
      this.#patterns.set(key, rules);
    }
    return rules;
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
