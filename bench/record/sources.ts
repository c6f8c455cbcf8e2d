import { execFile } from 'node:child_process';
import { readdir, readFile, stat } from 'node:fs/promises';
import { basename, join, relative, resolve, sep } from 'node:path';
import { promisify } from 'node:util';
import ignore, { type Ignore } from 'ignore';
import { normalisedText } from '../../server/learning/calibrate/content.ts';
import {
  isWrittenByHand,
  LARGEST_SOURCE,
  NEVER,
  sourceLanguage,
} from '../../server/learning/calibrate/sources.ts';

/** A source file that tasks can be cut from. */
export interface SourceFile {
  /** Folder's name and path inside it, `/` between. */
  readonly name: string;
  readonly path: string;
  /** VS Code's language id. */
  readonly lang: string;
}

const run = promisify(execFile);

async function trackedFiles(root: string): Promise<string[] | null> {
  try {
    const options = { cwd: root, maxBuffer: 64 * 1024 * 1024 };
    const { stdout: top } = await run('git', ['rev-parse', '--show-toplevel'], options);
    // A package folder inside someone's checkout is not that checkout.
    if (resolve(top.trim()) !== resolve(root)) return null;
    const { stdout } = await run('git', ['ls-files', '-z', '--cached'], options);
    return stdout.split('\0').filter((path) => path !== '');
  } catch {
    return null;
  }
}

async function walk(root: string, folder: string, rules: readonly Rules[]): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  const own = entries.some((entry) => entry.name === '.gitignore' && entry.isFile())
    ? [
        ...rules,
        { folder, ignored: ignore().add(await readFile(join(folder, '.gitignore'), 'utf8')) },
      ]
    : rules;
  const found: string[] = [];
  for (const entry of entries.sort((a, b) => a.name.localeCompare(b.name))) {
    const path = join(folder, entry.name);
    if (NEVER.has(entry.name) || isIgnored(path, entry.isDirectory(), own)) continue;
    if (entry.isDirectory()) found.push(...(await walk(root, path, own)));
    else if (entry.isFile()) found.push(relative(root, path));
  }
  return found;
}

interface Rules {
  readonly folder: string;
  readonly ignored: Ignore;
}

function isIgnored(path: string, isFolder: boolean, rules: readonly Rules[]): boolean {
  return rules.some(({ folder, ignored }) => {
    const inside = relative(folder, path).split(sep).join('/');
    return ignored.ignores(isFolder ? `${inside}/` : inside);
  });
}

/**
 * The source files of a git checkout (what git tracks) or of any folder (what its .gitignore files
 * leave), without build outputs, declarations and minified files, in a fixed order.
 * @param name stands for the folder in the files' names; its base name if left out
 */
export async function listSources(
  root: string,
  name = basename(resolve(root)),
): Promise<SourceFile[]> {
  const paths = (await trackedFiles(root)) ?? (await walk(root, root, []));
  const sources: SourceFile[] = [];
  for (const path of [...paths].sort()) {
    const lang = sourceLanguage(path);
    if (lang === null) continue;
    const full = join(root, path);
    const info = await stat(full).catch(() => null);
    if (!info?.isFile() || info.size === 0 || info.size > LARGEST_SOURCE) continue;
    sources.push({ name: `${name}/${path.split(sep).join('/')}`, path: full, lang });
  }
  return sources;
}

/** The text of a source file; null where it was generated or is not written by hand line by line. */
export async function readSource(source: SourceFile): Promise<string | null> {
  const text = normalisedText(await readFile(source.path, 'utf8'));
  return isWrittenByHand(text) ? text : null;
}
