import {
  commands,
  TextEditorSelectionChangeKind,
  window,
  workspace,
  type Disposable,
} from 'vscode';

/** While it is set, Tab takes the rest of the suggestion, also where that begins with an indentation. */
const TAKING_LINES = 'shortstop.takingLines';

/** Takes the next line of the suggestion; until the next edit, the next move or another editor, Tab takes the rest. */
export async function acceptLine(): Promise<void> {
  await commands.executeCommand('editor.action.inlineSuggest.acceptNextLine');
  await commands.executeCommand('setContext', TAKING_LINES, true);
  const watched: Disposable[] = [];
  const end = () => {
    for (const each of watched) each.dispose();
    void commands.executeCommand('setContext', TAKING_LINES, false);
  };
  const { Keyboard, Mouse } = TextEditorSelectionChangeKind;
  watched.push(
    workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
      if (document === window.activeTextEditor?.document && contentChanges.length > 0) end();
    }),
    window.onDidChangeTextEditorSelection(({ kind }) => {
      if (kind === Keyboard || kind === Mouse) end();
    }),
    window.onDidChangeActiveTextEditor(end),
  );
}
