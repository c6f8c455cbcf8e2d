import { commands } from 'vscode';
import type { ClientContext } from '../context.ts';

/** Argument: what to search for; without it, all settings of the extension. */
export async function openSettings(_context: ClientContext, query: unknown): Promise<void> {
  const search = typeof query === 'string' ? query : '@ext:shortstop.shortstop';
  await commands.executeCommand('workbench.action.openSettings', search);
}
