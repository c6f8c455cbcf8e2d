import { ConfigurationTarget, window, workspace } from 'vscode';
import { settingsFor } from '../config.ts';
import type { ClientContext } from '../context.ts';

/** Argument: the host; without it, that of `shortstop.engine.url`. */
export async function allowHost(_context: ClientContext, argument: unknown): Promise<void> {
  const { url, allowedHosts } = settingsFor().engine;
  const host = typeof argument === 'string' ? argument : new URL(url).hostname;
  if (allowedHosts.includes(host)) {
    void window.showInformationMessage(`${host} is allowed already.`);
    return;
  }
  const allow = `Allow ${host}`;
  const choice = await window.showWarningMessage(
    `Send code to ${host}?`,
    {
      modal: true,
      detail: `Shortstop sends the text around your cursor, and what you ask about, to the engine at ${url}. Whoever runs ${host} can read it. The setting shortstop.engine.allowedHosts takes this back.`,
    },
    allow,
  );
  if (choice !== allow) return;
  await workspace
    .getConfiguration('shortstop')
    .update('engine.allowedHosts', [...allowedHosts, host], ConfigurationTarget.Global);
}
