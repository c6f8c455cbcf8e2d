import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { COMMANDS } from '../../shared/commands.ts';
import { ACCEPTED_COMMAND } from '../../shared/protocol.ts';

/** Runs inside the extension host of a desktop VS Code; a rejection fails `npm run test:desktop`. */
export async function run(): Promise<void> {
  const extension = vscode.extensions.getExtension('shortstop.shortstop');
  assert.ok(extension, 'the extension is not installed');
  await extension.activate();
  const registered = new Set(await vscode.commands.getCommands(true));
  for (const command of [...Object.values(COMMANDS), ACCEPTED_COMMAND]) {
    assert.ok(registered.has(command), `${command} is not registered`);
  }
}
