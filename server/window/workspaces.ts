import type { InitializeParams, WorkspaceFolder } from 'vscode-languageserver/node';

type Added = Pick<WorkspaceFolder, 'uri'>;

/** The folders that a window has open. */
export class Workspaces {
  /** URIs that end with a slash. */
  #roots: readonly string[] = [];

  /** What the editor says at the start. */
  start({ workspaceFolders }: Pick<InitializeParams, 'workspaceFolders'>): void {
    this.changed({ added: workspaceFolders ?? [], removed: [] });
  }

  changed({
    added,
    removed,
  }: {
    readonly added: readonly Added[];
    readonly removed: readonly Added[];
  }) {
    const gone = new Set(removed.map(rootOf));
    const kept = this.#roots.filter((root) => !gone.has(root));
    this.#roots = [...new Set([...kept, ...added.map(rootOf)])];
  }

  /** The innermost root that a document is under; null outside of all. */
  rootOf(uri: string): string | null {
    const under = this.#roots.filter((root) => uri.startsWith(root));
    return under.toSorted((a, b) => b.length - a.length)[0] ?? null;
  }

  /** Null where none is open. */
  get first(): string | null {
    return this.#roots[0] ?? null;
  }
}

function rootOf({ uri }: Added): string {
  return uri.endsWith('/') ? uri : `${uri}/`;
}
