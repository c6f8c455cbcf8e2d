import { basename } from 'node:path';
import {
  commands,
  TabInputTextDiff,
  Uri,
  window,
  workspace,
  WorkspaceEdit,
  type Range,
  type TextDocument,
  type TextDocumentContentProvider,
} from 'vscode';
import { Disposables } from '../disposables.ts';

/** Of the documents that show how a file would read. */
const SCHEME = 'shortstop-proposal';

interface Proposal {
  readonly uri: Uri;
  readonly range: Range;
  readonly code: string;
  /** The file's text when it was proposed, and with the code in its place. */
  readonly before: string;
  readonly after: string;
  readonly onApplied: () => void;
}

/** Replacements shown as a difference, until somebody applies or discards them. */
export class Proposals implements TextDocumentContentProvider {
  readonly #disposables = new Disposables();
  readonly #open = new Map<string, Proposal>();
  #count = 0;

  constructor() {
    this.#disposables.track(workspace.registerTextDocumentContentProvider(SCHEME, this));
    this.#disposables.track(
      workspace.onDidCloseTextDocument(({ uri }) => {
        if (uri.scheme === SCHEME) this.#open.delete(String(uri));
      }),
    );
  }

  provideTextDocumentContent(uri: Uri): string {
    return this.#open.get(String(uri))?.after ?? '';
  }

  /** @param onApplied told once `code` stands in the place of `range` */
  async show(
    document: TextDocument,
    range: Range,
    code: string,
    onApplied: () => void,
  ): Promise<void> {
    const { uri } = document;
    const before = document.getText();
    const [start, end] = [document.offsetAt(range.start), document.offsetAt(range.end)];
    const after = before.slice(0, start) + code + before.slice(end);
    const proposed = Uri.from({ scheme: SCHEME, path: uri.path, query: String(++this.#count) });
    this.#open.set(String(proposed), { uri, range, code, before, after, onApplied });
    const title = `${basename(uri.path)} ↔ with the code of the answer`;
    await commands.executeCommand('vscode.diff', uri, proposed, title);
  }

  /** @param of of the document that shows it; by default the one in front */
  async apply(of: unknown): Promise<void> {
    const shown = shownProposal(of);
    const proposal = this.#open.get(String(shown));
    if (!shown || !proposal) throw new Error('No replacement is shown.');
    const document = await workspace.openTextDocument(proposal.uri);
    if (document.getText() !== proposal.before) {
      throw new Error('The file has changed since: close the difference and replace again.');
    }
    const edit = new WorkspaceEdit();
    edit.replace(proposal.uri, proposal.range, proposal.code);
    if (!(await workspace.applyEdit(edit))) throw new Error('The editor refused the change.');
    proposal.onApplied();
    await close(shown);
    await window.showTextDocument(document);
  }

  async discard(of: unknown): Promise<void> {
    const shown = shownProposal(of);
    if (shown) await close(shown);
  }

  dispose(): void {
    this.#disposables.dispose();
  }
}

function shownProposal(of: unknown): Uri | undefined {
  if (of instanceof Uri && of.scheme === SCHEME) return of;
  const input = window.tabGroups.activeTabGroup.activeTab?.input;
  const isProposal = input instanceof TabInputTextDiff && input.modified.scheme === SCHEME;
  return isProposal ? input.modified : undefined;
}

async function close(shown: Uri): Promise<void> {
  const tabs = window.tabGroups.all.flatMap((group) => group.tabs);
  const showing = tabs.filter(
    ({ input }) => input instanceof TabInputTextDiff && String(input.modified) === String(shown),
  );
  await window.tabGroups.close(showing);
}
