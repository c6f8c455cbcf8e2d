import type { Definition } from './outline.ts';

/** What of one other file stands in a prompt. */
export interface FileExcerpt {
  /** From the workspace's root, `/` between. */
  readonly path: string;
  readonly text: string;
}

/** What stands in a prompt beside a document. */
export interface OtherFilesBlock {
  /** The workspace folder's name. */
  readonly root: string;
  /** Of the document, from the workspace's root, `/` between. */
  readonly path: string;
  readonly excerpts: readonly FileExcerpt[];
}

/** Characters of a block, without the family's tokens. */
export function charsOf({ root, path, excerpts }: OtherFilesBlock): number {
  const own = root.length + path.length + 2;
  return excerpts.reduce((sum, each) => sum + each.path.length + each.text.length + 2, own);
}

/** A file whose definitions may be shown. */
export interface Source {
  readonly path: string;
  readonly definitions: readonly Definition[];
  /** Open in the editor, so that it may change with any key. */
  readonly isOpen: boolean;
  /** What the document imports of it by name. */
  readonly imported: ReadonlySet<string>;
}

/**
 * Chooses definitions of other files for a prompt: first what the document imports by name, then what its text
 * names, as long as there is room. What is chosen stands in the order of the files, those that are not open
 * first, since an engine keeps what it has read of a prompt up to the first difference.
 * @param chars room, the files' names included
 */
export function excerptsOf(
  sources: readonly Source[],
  document: string,
  chars: number,
): FileExcerpt[] {
  const words = new Set(document.match(/[\p{L}_$][\p{L}\p{N}_$]*/gu));
  const ranked = sources
    .flatMap((source, file) =>
      source.definitions.map((definition, at) => ({
        ...{ source, definition, file, at },
        rank: source.imported.has(definition.name) ? 0 : words.has(definition.name) ? 1 : 2,
      })),
    )
    .filter(({ rank }) => rank < 2)
    .sort((a, b) => a.rank - b.rank || a.file - b.file || a.at - b.at);
  const chosen = new Map<Source, typeof ranked>();
  let room = chars;
  for (const one of ranked) {
    const known = chosen.get(one.source);
    const cost = one.definition.text.length + 1 + (known ? 0 : one.source.path.length + 2);
    if (cost > room) continue;
    room -= cost;
    chosen.set(one.source, [...(known ?? []), one]);
  }
  return [...chosen]
    .sort(([a], [b]) => Number(a.isOpen) - Number(b.isOpen) || compare(a.path, b.path))
    .map(([{ path }, ones]) => ({
      path,
      text: ones
        .sort((a, b) => a.at - b.at)
        .map(({ definition }) => definition.text)
        .join('\n'),
    }));
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
