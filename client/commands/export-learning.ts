import { homedir } from 'node:os';
import { join } from 'node:path';
import { Uri, window, workspace } from 'vscode';
import { ExportLearningRequest } from '../../shared/learning-protocol.ts';
import type { ClientContext } from '../context.ts';

export const LEARNING_FILES = { JSON: ['json'] };

export async function exportLearning(context: ClientContext): Promise<void> {
  const folder = workspace.workspaceFolders?.[0]?.uri ?? Uri.file(homedir());
  const target = await window.showSaveDialog({
    title: 'Shortstop: Export Learning',
    defaultUri: folder.with({ path: join(folder.path, 'shortstop-learning.json') }),
    filters: LEARNING_FILES,
  });
  if (!target) return;
  const { text } = await context.daemon.client.sendRequest(ExportLearningRequest.type);
  await workspace.fs.writeFile(target, new TextEncoder().encode(text));
  void window.showInformationMessage(`What Shortstop has learned is in ${target.fsPath}.`);
}
