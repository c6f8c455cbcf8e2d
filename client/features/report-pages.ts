import { commands, EventEmitter, Uri, window, workspace, type Disposable } from 'vscode';
import { Disposables } from '../disposables.ts';

const SCHEME = 'shortstop-report';
/** Of a page that a window restored whose report is gone with the last session. */
const GONE = 'Run the command again: reports are not kept.\n';

/** Reports in Markdown, read-only: closing one never asks whether to save it. */
export class ReportPages implements Disposable {
  /** By title; the last one of each alone. */
  readonly #pages = new Map<string, string>();
  readonly #changed = new EventEmitter<Uri>();
  readonly #disposables = new Disposables();

  constructor() {
    this.#disposables.track(this.#changed);
    this.#disposables.track(
      workspace.registerTextDocumentContentProvider(SCHEME, {
        onDidChange: this.#changed.event,
        provideTextDocumentContent: ({ path }) => this.#pages.get(path) ?? GONE,
      }),
    );
  }

  /** Shows a report as it reads; as text where the editor has no preview of Markdown. */
  async show(title: string, markdown: string): Promise<void> {
    const uri = Uri.from({ scheme: SCHEME, path: `/${title}.md` });
    this.#pages.set(uri.path, markdown);
    this.#changed.fire(uri);
    try {
      await commands.executeCommand('markdown.showPreview', uri);
    } catch {
      await window.showTextDocument(uri);
    }
  }

  dispose(): void {
    this.#disposables.dispose();
  }
}
