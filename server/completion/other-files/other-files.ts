import { readFile, realpath, stat } from 'node:fs/promises';
import { basename, join, relative, sep } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { Settings } from '../../../shared/settings.ts';
import { looksSecret } from '../../learning/calibrate/secrets.ts';
import type { FileVerdict } from '../private-files.ts';
import { excerptsOf, type OtherFilesBlock, type Source } from './block.ts';
import { GRAMMARS, languageOfPath } from './grammars.ts';
import { importsOf, type Import } from './imports.ts';
import { outlineOf, type Definition } from './outline.ts';
import { filesOfImports, filesOfOwnPackage, isInside, type Place } from './resolve.ts';

interface Edited {
  readonly uri: string;
  readonly languageId: string;
  readonly text: string;
}

/** As the editor's open documents are kept. */
export interface OpenDocument {
  readonly uri: string;
  readonly languageId: string;
  getText(): string;
}

export interface OtherFilesPorts {
  /** The URI of the workspace folder that a document is under; null outside of all. */
  readonly rootOf: (uri: string) => string | null;
  /** In the editor, the document itself among them. */
  readonly open: () => Iterable<OpenDocument>;
  readonly verdict: (uri: string, files: Settings['files']) => FileVerdict;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/** A file as what it says of itself. */
interface Read {
  readonly definitions: readonly Definition[];
  readonly imports: readonly Import[];
  readonly chars: number;
}

/** For one document. */
interface Chosen {
  readonly block: OtherFilesBlock | null;
  /** Of the files in it. */
  readonly uris: readonly string[];
}

const NOTHING: Chosen = { block: null, uris: [] };

/** So long what was chosen for a document stays as it is: each change costs a prefill of everything behind it. */
const STEADY_MS = 60_000;
/** Reading a million characters takes about half a second of one core; what was read is remembered. */
const MOST_FILES = 30;
const MOST_CHARS = 400_000;
const LARGEST_FILE = 100_000;
const MOST_REMEMBERED = 300;

/**
 * Definitions of other files for the prompts of one window's documents: of files that a document imports, and of
 * documents open in the editor, inside the document's own workspace folder. A file that is private or ignored is
 * not read, nor one that lies outside by a link; one that seems to hold a key or a password is left out.
 */
export class OtherFiles {
  readonly #ports: OtherFilesPorts;
  readonly #read = new Map<string, { readonly stamp: string; readonly read: Read }>();
  readonly #chosen = new Map<string, Chosen & { readonly key: string; readonly at: number }>();

  constructor(ports: OtherFilesPorts) {
    this.#ports = ports;
  }

  /**
   * @param chars room for the excerpts
   * @returns null where there is nothing to say of other files
   */
  async blockFor(
    document: Edited,
    files: Settings['files'],
    chars: number,
  ): Promise<OtherFilesBlock | null> {
    const { now, verdict } = this.#ports;
    const { uri } = document;
    const known = this.#chosen.get(uri);
    const at = now();
    const key = JSON.stringify([chars, files]);
    const isSteady = known?.key === key && at - known.at < STEADY_MS;
    if (isSteady && known.uris.every((each) => verdict(each, files) === 'open')) return known.block;
    const chosen = await this.#choose(document, files, chars);
    remember(this.#chosen, uri, { ...chosen, key, at });
    return chosen.block;
  }

  async #choose(
    { uri, languageId, text }: Edited,
    files: Settings['files'],
    chars: number,
  ): Promise<Chosen> {
    const grammar = GRAMMARS[languageId];
    const root = this.#pathOf(this.#ports.rootOf(uri));
    const path = this.#pathOf(uri);
    if (!grammar || root === null || path === null || !isInside(path, root)) return NOTHING;
    const imports = importsOf(text, languageId, grammar.parser.parse(text));
    const sources = await this.#sources({ path, root, languageId }, imports, files);
    const excerpts = excerptsOf(sources, text, chars);
    if (excerpts.length === 0) return NOTHING;
    const block = { root: basename(root), path: nameOf(path, root), excerpts };
    return { block, uris: excerpts.map((each) => pathToFileURL(join(root, each.path)).href) };
  }

  /** The files that a document imports, those that these hand names on from, and those that are open. */
  async #sources(place: Place, imports: readonly Import[], files: Settings['files']) {
    const { root, languageId } = place;
    const imported = new Set(imports.flatMap(({ names }) => names));
    const sources: Source[] = [];
    const seen = new Set([place.path]);
    let chars = 0;
    const take = async (path: string, hops: number): Promise<void> => {
      if (seen.has(path) || sources.length >= MOST_FILES || chars >= MOST_CHARS) return;
      seen.add(path);
      const found = await this.#look(path, root, files);
      if (!found) return;
      const { read, isOpen } = found;
      const { definitions } = read;
      chars += read.chars;
      sources.push({ path: nameOf(path, root), isOpen, imported, definitions });
      if (hops === 0) return;
      const handedOn = read.imports.filter(({ names }) => names.some((name) => imported.has(name)));
      const there = { path, root, languageId: languageOfPath(path) ?? languageId };
      for (const each of filesOfImports(handedOn, there)) await take(each, hops - 1);
    };
    for (const path of filesOfImports(imports, place)) await take(path, 1);
    for (const path of filesOfOwnPackage(place)) await take(path, 0);
    for (const other of this.#ports.open()) {
      const path = GRAMMARS[other.languageId] ? this.#pathOf(other.uri) : null;
      if (path !== null && isInside(path, root)) await take(path, 0);
    }
    return sources;
  }

  /** Null where the file may not be read, is not there, or is nothing of which an outline can be made. */
  async #look(file: string, root: string, files: Settings['files']) {
    const uri = pathToFileURL(file).href;
    if (this.#ports.verdict(uri, files) !== 'open' || !(await liesInside(file, root))) return null;
    for (const other of this.#ports.open()) {
      if (this.#pathOf(other.uri) !== file) continue;
      return {
        read: this.#understood(file, other.languageId, other.getText(), null),
        isOpen: true,
      };
    }
    const languageId = languageOfPath(file);
    if (languageId === null) return null;
    try {
      const { size, mtimeMs } = await stat(file);
      if (size > LARGEST_FILE) return null;
      const stamp = `${size} ${mtimeMs}`;
      const known = this.#read.get(file);
      if (known?.stamp === stamp) return { read: known.read, isOpen: false };
      const text = await readFile(file, 'utf8');
      return { read: this.#understood(file, languageId, text, stamp), isOpen: false };
    } catch {
      return null;
    }
  }

  /** @param stamp of the file as it was read; null for a document, which is remembered by its text */
  #understood(file: string, languageId: string, text: string, stamp: string | null): Read {
    const grammar = GRAMMARS[languageId];
    if (!grammar || text.length > LARGEST_FILE || text.includes('\0') || looksSecret(text)) {
      return { definitions: [], imports: [], chars: 0 };
    }
    const mark = stamp ?? text;
    const known = this.#read.get(file);
    if (known?.stamp === mark) return known.read;
    const lines = text.replace(/\r\n?/g, '\n');
    const tree = grammar.parser.parse(lines);
    const read = {
      definitions: outlineOf(lines, tree, grammar),
      imports: importsOf(lines, languageId, tree),
      chars: lines.length,
    };
    remember(this.#read, file, { stamp: mark, read });
    return read;
  }

  #pathOf(uri: string | null): string | null {
    if (uri?.startsWith('file:') !== true) return null;
    try {
      return fileURLToPath(uri.replace(/\/$/, ''));
    } catch {
      return null;
    }
  }
}

/** Wherever links lead; a document that was never saved lies where its name says. */
async function liesInside(file: string, root: string): Promise<boolean> {
  const [real, realRoot] = await Promise.all(
    [file, root].map((path) => realpath(path).catch(() => path)),
  );
  return real !== undefined && realRoot !== undefined && isInside(real, realRoot);
}

function nameOf(path: string, root: string): string {
  return relative(root, path).split(sep).join('/');
}

function remember<T>(known: Map<string, T>, key: string, value: T): void {
  known.delete(key);
  if (known.size >= MOST_REMEMBERED) known.delete(known.keys().next().value ?? '');
  known.set(key, value);
}
