import { commands, Position, Selection, window, workspace } from 'vscode';

const SCRATCH = `/** Try Shortstop here. Grey text is a suggestion:
 *    Tab takes all of it, Shift+Tab its next line,
 *    Ctrl+Right (Cmd+Right on a Mac) its next word;
 *    Escape dismisses it; Alt+\\ asks for one,
 *    Ctrl+K Space (Cmd+K Space) for a longer one.
 * This file is not saved unless you save it. */

function withTax(price: number, percent: number): number {
  return price + (price * percent) / 100;
}

function withDiscount(price: number, percent: number): number {
  return `;

/** Opens a scratch file at a line that wants its rest, and asks for it. */
export async function tryIt(): Promise<void> {
  const content = `${SCRATCH}\n}\n`;
  const document = await workspace.openTextDocument({ language: 'typescript', content });
  const editor = await window.showTextDocument(document);
  const end = new Position(SCRATCH.split('\n').length - 1, '  return '.length);
  editor.selection = new Selection(end, end);
  await commands.executeCommand('editor.action.inlineSuggest.trigger');
}
