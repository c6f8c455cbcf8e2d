import { Buffer } from 'node:buffer';
import { homedir } from 'node:os';
import { Uri, window, workspace } from 'vscode';
import type { SavedFormat } from '../../shared/panel-protocol.ts';

const KINDS: Readonly<Record<SavedFormat, string>> = {
  png: 'Picture',
  csv: 'Table',
  json: 'Figures',
};

/** Asks where, and writes what the panel shows there. @param content text, or a picture's bytes in base64 */
export async function saveFigures(format: SavedFormat, content: string): Promise<void> {
  const folder = workspace.workspaceFolders?.[0]?.uri ?? Uri.file(homedir());
  const target = await window.showSaveDialog({
    defaultUri: Uri.joinPath(folder, `shortstop-savings.${format}`),
    filters: { [KINDS[format]]: [format] },
    title: 'Shortstop: Save Figures',
  });
  if (!target) return;
  await workspace.fs.writeFile(target, Buffer.from(content, format === 'png' ? 'base64' : 'utf8'));
}
