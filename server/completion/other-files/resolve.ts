import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join, relative, resolve, sep } from 'node:path';
import { languageOfPath } from './grammars.ts';
import type { Import } from './imports.ts';

/** Where a document stands. */
export interface Place {
  /** Absolute. */
  readonly path: string;
  /** Of the workspace; nothing outside is looked at. */
  readonly root: string;
  readonly languageId: string;
}

type Resolver = (from: string, names: readonly string[], place: Place) => string[];

const RESOLVERS: Readonly<Record<string, Resolver>> = {
  python: ofPython,
  typescript: ofScript,
  typescriptreact: ofScript,
  javascript: ofScript,
  javascriptreact: ofScript,
  go: ofGo,
  rust: ofRust,
  java: ofJava,
};

/** So many files of a package that is imported as a whole are looked at, by name. */
const MOST_OF_A_PACKAGE = 30;

/** The files inside the workspace that imports mean, absolute, without the document itself. */
export function filesOfImports(imports: readonly Import[], place: Place): string[] {
  const resolver = RESOLVERS[place.languageId];
  if (!resolver) return [];
  const found = imports.flatMap(({ from, names }) => resolver(from, names, place));
  return [...new Set(found)].filter((file) => isInside(file, place.root) && file !== place.path);
}

/** In Go and Java what the files of a folder declare is known to each of them without an import. */
export function filesOfOwnPackage({ path, languageId }: Place): string[] {
  const ending = { go: '.go', java: '.java' }[languageId];
  return ending === undefined ? [] : filesIn(dirname(path), ending);
}

export function isInside(path: string, root: string): boolean {
  const way = relative(root, path);
  return way !== '' && way !== '..' && !way.startsWith(`..${sep}`) && resolve(root, way) === path;
}

/** From a folder up to the workspace's root. */
function foldersUp(from: string, root: string): string[] {
  const folders: string[] = [];
  for (let folder = from; folder === root || isInside(folder, root); folder = dirname(folder)) {
    folders.push(folder);
    if (folder === root) break;
  }
  return folders;
}

function filesIn(folder: string, ending: string): string[] {
  try {
    return readdirSync(folder)
      .filter((name) => name.endsWith(ending) && !name.endsWith('_test.go'))
      .sort()
      .slice(0, MOST_OF_A_PACKAGE)
      .map((name) => join(folder, name));
  } catch {
    return [];
  }
}

/** `from .a import b` may mean the module `a`, or its part `b`; an absolute name is looked for in each folder above. */
function ofPython(from: string, names: readonly string[], { path, root }: Place): string[] {
  const [, dots = '', dotted = ''] = /^(\.*)(.*)$/.exec(from) ?? [];
  const steps = dotted === '' ? [] : dotted.split('.');
  const folder = dirname(path);
  const bases =
    dots === ''
      ? foldersUp(folder, root)
      : [join(folder, ...Array<string>(dots.length - 1).fill('..'))];
  for (const base of bases) {
    const module = join(base, ...steps);
    const parts = names.map((name) => join(module, `${name}.py`));
    const whole = steps.length > 0 ? [`${module}.py`] : [];
    const files = [...whole, ...parts, join(module, '__init__.py')].filter((file) =>
      existsSync(file),
    );
    if (files.length > 0) return files;
  }
  return [];
}

const SCRIPT_ENDINGS = ['.ts', '.tsx', '.d.ts', '.js', '.jsx', '.mjs', '.cjs', '.mts', '.cts'];

/** Relative paths alone: a package's files, and those that a bundler names otherwise, are not looked for. */
function ofScript(from: string, _: readonly string[], { path }: Place): string[] {
  if (!from.startsWith('.')) return [];
  const target = resolve(dirname(path), from);
  const stem = target.replace(/\.[cm]?jsx?$/, '');
  const candidates = [
    ...(languageOfPath(target) === null ? [] : [target]),
    ...SCRIPT_ENDINGS.map((ending) => stem + ending),
    ...SCRIPT_ENDINGS.map((ending) => join(target, `index${ending}`)),
  ];
  return candidates.filter((file) => existsSync(file)).slice(0, 1);
}

/** Packages of the document's own module. */
function ofGo(from: string, _: readonly string[], { path, root }: Place): string[] {
  const home = foldersUp(dirname(path), root).find((folder) => existsSync(join(folder, 'go.mod')));
  if (home === undefined) return [];
  const name = /^module\s+"?([^\s"]+)/m.exec(readFileSync(join(home, 'go.mod'), 'utf8'))?.[1];
  if (name === undefined || !(from === name || from.startsWith(`${name}/`))) return [];
  return filesIn(join(home, from.slice(name.length)), '.go');
}

/** Paths of the document's own crate: the longest beginning that is a file. */
function ofRust(from: string, _: readonly string[], { path, root }: Place): string[] {
  const home = foldersUp(dirname(path), root).find((folder) =>
    existsSync(join(folder, 'Cargo.toml')),
  );
  if (home === undefined) return [];
  const source = join(home, 'src');
  const [first = '', ...rest] = from.split('::');
  const file = basename(path, '.rs');
  const isFolderFile = ['mod', 'lib', 'main'].includes(file);
  const own = isFolderFile ? dirname(path) : join(dirname(path), file);
  if (first === 'crate') return rustModule(source, rest);
  if (first === 'self') return rustModule(own, rest);
  if (first !== 'super') return [];
  const ups = rest.findIndex((step) => step !== 'super');
  const above = Array<string>(1 + Math.max(0, ups)).fill('..');
  return rustModule(join(own, ...above), rest.slice(Math.max(0, ups)));
}

function rustModule(folder: string, steps: readonly string[]): string[] {
  for (let count = steps.length; count > 0; count -= 1) {
    const module = join(folder, ...steps.slice(0, count));
    const found = [`${module}.rs`, join(module, 'mod.rs')].find((file) => existsSync(file));
    if (found !== undefined) return [found];
  }
  const itself = [`${folder}.rs`, join(folder, 'mod.rs'), join(folder, 'lib.rs')];
  return itself.filter((file) => existsSync(file)).slice(0, 1);
}

/** A class of the same source folder, which is where the document's own package begins. */
function ofJava(from: string, _: readonly string[], { path, root }: Place): string[] {
  const steps = from.split('.');
  for (const folder of foldersUp(dirname(path), root)) {
    const file = `${join(folder, ...steps)}.java`;
    if (existsSync(file)) return [file];
  }
  return [];
}
