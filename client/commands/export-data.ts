import { homedir } from 'node:os';
import { join } from 'node:path';
import { commands, Uri, window, workspace } from 'vscode';
import { formatCount } from '../../shared/figures.ts';
import { ExportRequest } from '../../shared/protocol.ts';
import type { ClientContext } from '../context.ts';

export async function exportData(context: ClientContext): Promise<void> {
  const day = new Date().toISOString().slice(0, 10);
  const folder = workspace.workspaceFolders?.[0]?.uri.fsPath ?? homedir();
  const target = await window.showSaveDialog({
    title: 'Shortstop: Export My Data',
    defaultUri: Uri.file(join(folder, `shortstop-${day}.json`)),
    filters: { JSON: ['json'] },
  });
  if (!target) return;
  if (target.scheme !== 'file') {
    throw new Error('The daemon can write only to a disk of the machine that it runs on.');
  }
  const { rows } = await context.daemon.client.sendRequest(ExportRequest.type, {
    path: target.fsPath,
  });
  const open = await window.showInformationMessage(
    `${formatCount(rows)} rows written to ${target.fsPath}.`,
    'Open',
  );
  if (open !== undefined) await commands.executeCommand('vscode.open', target);
}
