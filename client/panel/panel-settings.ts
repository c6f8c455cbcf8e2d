import { ConfigurationTarget, window, workspace } from 'vscode';
import type { LanguageLength, PanelSettings } from '../../shared/panel-protocol.ts';
import type { Preset, Settings } from '../../shared/settings.ts';
import type { Stats } from '../../shared/stats.ts';
import { settingsFor, writeSetting } from '../config.ts';

/** Languages that are shown one by one. */
const MOST_LANGUAGES = 8;

/** What the panel shows of the settings: lengths for the language in front and for those that were used. */
export function panelSettings({ languages }: Pick<Stats, 'languages'>): PanelSettings {
  const { model, stopping, multiLine } = settingsFor();
  const front = window.activeTextEditor?.document.languageId;
  const used = languages.map(({ languageId }) => languageId);
  const shown = [...new Set([...used, ...(front === undefined ? [] : [front])])];
  return {
    model,
    preset: stopping.preset,
    lengths: [
      { language: null, length: multiLine, isOwn: true },
      ...shown.slice(0, MOST_LANGUAGES).map(lengthOf),
    ],
  };
}

function lengthOf(language: string): LanguageLength {
  const inspected = workspace
    .getConfiguration('shortstop', { languageId: language })
    .inspect('multiLine');
  const { globalLanguageValue, workspaceLanguageValue } = inspected ?? {};
  return {
    language,
    length: settingsFor({ languageId: language }).multiLine,
    isOwn: (globalLanguageValue ?? workspaceLanguageValue) !== undefined,
  };
}

export async function setPreset(preset: Preset): Promise<void> {
  await writeSetting('stopping.preset', preset);
}

export async function setModel(model: string): Promise<void> {
  await writeSetting('model', model);
}

/** Of one language where one is named, else of all that have none of their own. */
export async function setLength(
  language: string | null,
  length: Settings['multiLine'],
): Promise<void> {
  if (language === null) {
    await writeSetting('multiLine', length);
    return;
  }
  const configuration = workspace.getConfiguration('shortstop', { languageId: language });
  const isOfWorkspace = configuration.inspect('multiLine')?.workspaceLanguageValue !== undefined;
  const target = isOfWorkspace ? ConfigurationTarget.Workspace : ConfigurationTarget.Global;
  await configuration.update('multiLine', length, target, true);
}
