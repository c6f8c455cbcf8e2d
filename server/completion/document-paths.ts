import { sep } from 'node:path';
import { pathsThroughLinks } from './links.ts';

/** Every name under which a document may be a private file. */
export interface DocumentPaths {
  /** Slashes between, no root, no drive: what patterns are compared with. */
  readonly names: readonly string[];
  /** Absolute paths on this machine, after each symbolic link too. */
  readonly onDisk: readonly string[];
}

/** RFC 3986, appendix B: scheme, authority, path, query, fragment. */
const URI = /^([a-z][a-z0-9+.-]*):(?:\/\/([^/?#]*))?([^?#]*)(?:\?([^#]*))?(?:#(.*))?$/i;
/** A client may have encoded a path more than once. */
const DEEPEST_ENCODING = 3;

/**
 * What a document's address says of where its text comes from, whatever its scheme: files, untitled
 * documents that have a path, remote and virtual folders, the cells of a notebook, and the versions
 * of a file that carry its path in their query.
 * @returns null where the address can't be read, or a link can't be followed
 */
export function pathsOf(uri: string): DocumentPaths | null {
  const [, scheme = '', authority = '', path = '', query = '', fragment = ''] = URI.exec(uri) ?? [];
  if (scheme === '' || path === '' || /\p{Cc}/u.test(uri)) return null;
  const spelled = decodings(path);
  const besides = decodings(`${query}&${fragment}`);
  if (!spelled || !besides) return null;
  const onDisk: string[] = [];
  const names = [...spelled, ...besides.flatMap((text) => text.split(/["'=&,;{}]+/))];
  const isFile = scheme.toLowerCase() === 'file';
  // A client that does not encode `#` and `?` means them as a part of the file's name.
  const whole = isFile ? decodings(uri.slice(uri.indexOf(path, scheme.length + 1))) : [];
  for (const text of new Set([...spelled, ...(whole ?? [])])) {
    if (/\p{Cc}/u.test(text)) return null;
    if (/^[a-z][a-z0-9+.-]+:/i.test(text)) {
      const inner = pathsOf(text);
      if (!inner) return null;
      names.push(...inner.names);
      onDisk.push(...inner.onDisk);
    }
    const local = localPath(text, isFile ? authority : '');
    if (local === null) continue;
    const followed = pathsThroughLinks(local);
    if (!followed) return null;
    onDisk.push(...followed);
  }
  const cleaned = new Set([...names, ...onDisk].flatMap(cleanedNames));
  return spelled.every((text) => cleanedNames(text).length === 0)
    ? null
    : { names: [...cleaned], onDisk: [...new Set(onDisk)] };
}

/** The text decoded once, and again while that changes it; null where it is no encoding at all. */
function decodings(text: string): string[] | null {
  const found: string[] = [];
  let current = text;
  for (let depth = 0; depth < DEEPEST_ENCODING; depth++) {
    try {
      current = decodeURIComponent(current);
    } catch {
      if (depth === 0) return null;
      break;
    }
    if (found.at(-1) === current) break;
    found.push(current);
  }
  return found;
}

/** As this machine's file system spells it; null for what is not absolute. */
function localPath(path: string, authority: string): string | null {
  if (sep === '/') return path.startsWith('/') ? path : null;
  const windows = path.replaceAll('/', '\\');
  if (authority !== '' && authority.toLowerCase() !== 'localhost') {
    return `\\\\${authority}${windows}`;
  }
  if (/^\\?[a-z]:\\/i.test(windows)) return windows.replace(/^\\/, '');
  return windows.startsWith('\\') ? windows : null;
}

/**
 * The name as it stands, and as Windows would take it: without a stream, and without the blanks and
 * dots that end a name there. Both composed alike (NFKC), since patterns are.
 */
function cleanedNames(path: string): string[] {
  const parts = path
    .normalize('NFKC')
    .replace(/^[\\/]*[a-z]:(?=[\\/])/i, '')
    .split(/[\\/]+|::/);
  const lenient = parts.map((part) =>
    part.replace(/(?<=.):.*$/, '').replace(/(?<=[^. ])[. ]+$/, ''),
  );
  return [...new Set([joined(parts), joined(lenient)])].filter((name) => name !== '');
}

function joined(parts: readonly string[]): string {
  const walked: string[] = [];
  for (const part of parts) {
    if (part === '..') walked.pop();
    else if (part !== '' && part !== '.') walked.push(part);
  }
  return walked.join('/');
}
