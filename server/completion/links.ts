import { lstatSync, readlinkSync, realpathSync } from 'node:fs';
import { dirname, join, parse, resolve, sep } from 'node:path';

/** As many as Linux follows. */
const MAX_LINKS = 40;

/**
 * The path as given, as it reads after each symbolic link on its way, and as the file system itself
 * spells it (short names of Windows). A link whose end is not there leads to where it would be.
 * @returns null for links in a circle, and where a folder on the way may not be looked into
 */
export function pathsThroughLinks(path: string): string[] | null {
  const found = [resolve(path)];
  let { root: at } = parse(path);
  let rest = path.slice(at.length).split(sep);
  let links = 0;
  try {
    for (let part = rest.shift(); part !== undefined; part = rest.shift()) {
      const next = part === '..' ? dirname(at) : join(at, part);
      const stat = next === at ? undefined : lstatSync(next, { throwIfNoEntry: false });
      if (!stat?.isSymbolicLink()) {
        at = next;
        continue;
      }
      if (++links > MAX_LINKS) return null;
      const target = readlinkSync(next);
      const { root } = parse(target);
      if (root !== '') at = root;
      rest = [...target.slice(root.length).split(sep), ...rest];
      found.push(join(at, ...rest));
    }
    found.push(at);
  } catch (error) {
    if (!isNoFolder(error)) return null;
  }
  try {
    found.push(realpathSync.native(path));
  } catch {
    // Not there yet: what was found so far is all there is to know.
  }
  return [...new Set(found)];
}

/** A file where the path has a folder, as inside an archive. */
function isNoFolder(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOTDIR';
}
