import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readdir, rename, rm } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { exactName, type PackageRef } from './package-list.ts';

const run = promisify(execFile);
const MAX_OUTPUT = 16 * 1024 * 1024;

/** `packages` in the cache folder of the scripts, shared by all clones of one user. */
export function packagesFolder(): string {
  const cache = process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache');
  return join(cache, 'shortstop', 'packages');
}

/** Where a fetched package lies, as its registry packs it: paths of recordings are relative to it. */
export function folderOf(ref: PackageRef, root = packagesFolder()): string {
  return join(root, ref.registry, `${ref.name.replaceAll('/', '+')}@${ref.version}`);
}

async function call(command: string, args: string[], cwd: string): Promise<string> {
  const { stdout } = await run(command, args, { cwd, maxBuffer: MAX_OUTPUT });
  return stdout;
}

async function onlyFile(folder: string, ending: string): Promise<string> {
  const found = (await readdir(folder)).find((name) => name.endsWith(ending));
  if (found === undefined) throw new Error(`no ${ending} came`);
  return join(folder, found);
}

/** Each brings a package into an empty folder by the registry's ordinary client, and runs nothing of it. */
const CLIENTS: Readonly<
  Record<PackageRef['registry'], (ref: PackageRef, folder: string) => Promise<void>>
> = {
  async pypi({ name, version }, folder) {
    const pip = ['-m', 'pip', 'download', '--quiet', '--no-deps', '--only-binary', ':all:'];
    await call('python3', [...pip, '--dest', folder, `${name}==${version}`], folder);
    const wheel = await onlyFile(folder, '.whl');
    await call('python3', ['-m', 'zipfile', '-e', wheel, folder], folder);
    await rm(wheel);
  },
  async npm({ name, version }, folder) {
    await call('npm', ['pack', '--silent', '--ignore-scripts', `${name}@${version}`], folder);
    const archive = await onlyFile(folder, '.tgz');
    await call('tar', ['-xzf', archive, '-C', folder], folder);
    await rm(archive);
  },
  async go({ name, version }, folder) {
    const json = await call('go', ['mod', 'download', '-json', `${name}@${version}`], folder);
    const { Dir } = JSON.parse(json) as { readonly Dir: string };
    await cp(Dir, folder, { recursive: true });
  },
  async crates({ name, version }, folder) {
    // Of cargo's commands the one that fetches a package without what it depends on.
    await call('cargo', ['info', '--quiet', `${name}@${version}`], folder);
    const home = process.env['CARGO_HOME'] ?? join(homedir(), '.cargo');
    const sources = join(home, 'registry', 'src');
    for (const registry of await readdir(sources)) {
      const source = join(sources, registry, `${name}-${version}`);
      if (existsSync(source)) return cp(source, folder, { recursive: true });
    }
    throw new Error('cargo kept no source of it');
  },
};

/**
 * Brings a version of a package into the cache folder, unless it is there.
 * @returns its folder
 * @throws Error that names the package and what its client said
 */
export async function fetchPackage(ref: PackageRef, root = packagesFolder()): Promise<string> {
  const folder = folderOf(ref, root);
  if (existsSync(folder)) return folder;
  await mkdir(dirname(folder), { recursive: true });
  const work = await mkdtemp(`${folder}.part-`);
  try {
    await CLIENTS[ref.registry](ref, work);
    await rename(work, folder);
  } catch (error) {
    await rm(work, { recursive: true, force: true });
    const { message } = error as Error;
    throw new Error(`${exactName(ref)} could not be fetched: ${message}`, { cause: error });
  }
  return folder;
}
