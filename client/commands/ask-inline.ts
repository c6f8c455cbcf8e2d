import { window } from 'vscode';
import type { ClientContext } from '../context.ts';

/** Argument: the question; without it, the user is asked for one. */
export async function askInline(context: ClientContext, question: unknown): Promise<void> {
  const editor = window.activeTextEditor;
  if (!editor) throw new Error('Open a file to ask about first.');
  const about = editor.selection.isEmpty ? 'this file' : 'the selection';
  const asked =
    typeof question === 'string'
      ? question
      : await window.showInputBox({
          title: 'Shortstop: Ask Inline',
          prompt: `Your question about ${about}. The answer appears beside the code; Escape cancels it.`,
          placeHolder: 'What does this do?',
        });
  if (asked === undefined || asked.trim() === '') return;
  await context.ask.ask(editor, asked.trim());
}
