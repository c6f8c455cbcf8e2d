import { ThemeColor, window, type Range, type TextDocument } from 'vscode';

/** "Shortstop is thinking…" behind a line of code, while an answer is on its way. */
export class ThinkingSign {
  readonly #decoration = window.createTextEditorDecorationType({
    isWholeLine: true,
    after: {
      contentText: 'Shortstop is thinking…',
      color: new ThemeColor('editorCodeLens.foreground'),
      fontStyle: 'italic',
      margin: '0 0 0 2em',
    },
  });

  /**
   * Behind the line on which the range ends.
   * @returns what takes it away again, once
   */
  show(document: TextDocument, range: Range): () => void {
    const end = document.lineAt(range.end.line).range.end;
    const editors = window.visibleTextEditors.filter((editor) => editor.document === document);
    for (const editor of editors) {
      editor.setDecorations(this.#decoration, [range.with(end, end)]);
    }
    let isShown = true;
    return () => {
      if (!isShown) return;
      isShown = false;
      for (const editor of editors) editor.setDecorations(this.#decoration, []);
    };
  }

  dispose(): void {
    this.#decoration.dispose();
  }
}
