import {
  ConfigurationTarget,
  workspace,
  type ConfigurationScope,
  type Disposable,
  type TextDocument,
  type Uri,
} from 'vscode';
import type { ConfigurationParams } from 'vscode-languageclient/node';
import { parseSettings, type Settings } from '../shared/settings.ts';

const SECTION = 'shortstop';

/** The settings as they hold for `scope`, language overrides included; wrong values are defaults. */
export function settingsFor(scope?: ConfigurationScope): Settings {
  return parseSettings(rawSettings(SECTION, scope)).settings;
}

/**
 * Answers the daemon's `workspace/configuration`. vscode-languageclient 11 hands VS Code the URI
 * only, and VS Code then leaves language overrides out: so the document's language goes along.
 */
export function answerConfiguration(params: ConfigurationParams, toUri: (uri: string) => Uri) {
  return params.items.map(({ section, scopeUri }) => {
    if (section === undefined || !/^shortstop(\.|$)/.test(section)) return null;
    return rawSettings(section, scopeUri === undefined ? undefined : scopeOf(toUri(scopeUri)));
  });
}

/** Calls `listener` whenever a setting of ours changes, for whatever file or language. */
export function onSettingsChange(listener: () => void): Disposable {
  return workspace.onDidChangeConfiguration((event) => {
    if (event.affectsConfiguration(SECTION)) listener();
  });
}

/** Writes where the setting already has a value of the workspace's own, else to the user's settings. */
export async function writeSetting(key: string, value: unknown): Promise<void> {
  const configuration = workspace.getConfiguration(SECTION);
  const inspected = configuration.inspect(key);
  const target =
    inspected?.workspaceValue === undefined
      ? ConfigurationTarget.Global
      : ConfigurationTarget.Workspace;
  await configuration.update(key, value, target);
}

/** Writes where the setting holds for a document: to its language's own value where there is one. */
export async function writeSettingFor(
  document: TextDocument | undefined,
  key: string,
  value: unknown,
): Promise<void> {
  const inspected = workspace.getConfiguration(SECTION, document).inspect(key);
  const { workspaceLanguageValue, globalLanguageValue } = inspected ?? {};
  const isOfLanguage = (workspaceLanguageValue ?? globalLanguageValue) !== undefined;
  if (document && isOfLanguage) await writeSettingForLanguage(document, key, value);
  else await writeSetting(key, value);
}

/** Gives a document's language a value of its own. */
export async function writeSettingForLanguage(
  document: TextDocument,
  key: string,
  value: unknown,
): Promise<void> {
  const configuration = workspace.getConfiguration(SECTION, document);
  const target =
    configuration.inspect(key)?.workspaceLanguageValue === undefined
      ? ConfigurationTarget.Global
      : ConfigurationTarget.Workspace;
  await configuration.update(key, value, target, true);
}

function scopeOf(uri: Uri): ConfigurationScope {
  const text = uri.toString();
  const open = workspace.textDocuments.find((document) => document.uri.toString() === text);
  return open ? { uri, languageId: open.languageId } : uri;
}

/** A plain copy: what VS Code returns is a proxy. */
function rawSettings(section: string, scope: ConfigurationScope | undefined): unknown {
  const value: unknown = workspace.getConfiguration(undefined, scope).get(section);
  return value === undefined ? null : JSON.parse(JSON.stringify(value));
}
