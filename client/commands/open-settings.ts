import { commands, env } from 'vscode';
import type { ClientContext } from '../context.ts';

/**
 * Argument: what to search for; without it, all settings of the extension. In a remote window the
 * daemon runs on the remote machine, whose own settings alone say where its engine is: the user's
 * page shows them, and can't change them.
 */
export async function openSettings(_context: ClientContext, argument: unknown): Promise<void> {
  const query = typeof argument === 'string' ? argument : '@ext:shortstop.shortstop';
  const page = env.remoteName === undefined ? 'openSettings' : 'openRemoteSettings';
  await commands.executeCommand(`workbench.action.${page}`, { query });
}
