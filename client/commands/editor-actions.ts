import { commands } from 'vscode';

/** Hands over to an action of the editor, which knows the suggestion that it shows. */
export function editorAction(id: string): () => Promise<void> {
  return async () => {
    await commands.executeCommand(`editor.action.inlineSuggest.${id}`);
  };
}
