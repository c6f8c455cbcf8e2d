import { window } from 'vscode';
import type { Settings } from '../../shared/settings.ts';
import { settingsFor, writeSettingForLanguage } from '../config.ts';
import { languageName } from '../features/language-name.ts';
import { LENGTHS } from '../features/lengths.ts';
import { pickFrom } from '../features/pick.ts';

/** How long suggestions may be in the language of the file in front. */
export async function setLength(): Promise<void> {
  const document = window.activeTextEditor?.document;
  if (!document) throw new Error('Open a file first: the length is set for its language.');
  const now = settingsFor(document).multiLine;
  const items = (Object.keys(LENGTHS) as Settings['multiLine'][]).map((multiLine) => ({
    ...LENGTHS[multiLine],
    multiLine,
    description: multiLine === now ? 'now' : '',
  }));
  const choice = await pickFrom(items, {
    title: `Shortstop: Shorter or Longer in ${languageName(document.languageId)}`,
    placeholder: 'From short to long',
    active: items.find(({ multiLine }) => multiLine === now),
  });
  if (!choice || choice.multiLine === now) return;
  await writeSettingForLanguage(document, 'multiLine', choice.multiLine);
}
