import { window } from 'vscode';
import { settingsFor, writeSettingFor } from '../config.ts';

/** Suggestions on a key only, or while typing again. */
export async function toggleSubtle(): Promise<void> {
  const document = window.activeTextEditor?.document;
  const value = settingsFor(document).suggest === 'on-key' ? 'while-typing' : 'on-key';
  await writeSettingFor(document, 'suggest', value);
}
