import { commands, window, type QuickPickItem } from 'vscode';
import { COMMANDS } from '../../shared/commands.ts';
import { DeleteDataRequest } from '../../shared/protocol.ts';
import type { ClientContext } from '../context.ts';

type Answer = QuickPickItem & { readonly run?: (context: ClientContext) => PromiseLike<unknown> };

/** The first is what Enter takes, as Escape does. */
const ANSWERS: readonly Answer[] = [
  { label: '$(check) Keep', description: 'nothing changes' },
  {
    label: '$(export) Export First…',
    description: 'writes a copy, deletes nothing',
    run: () => commands.executeCommand(COMMANDS.exportData),
  },
  {
    label: '$(trash) Delete',
    description: 'all requests, outcomes and figures on this machine, of every window',
    detail: 'What was learned from you is forgotten, and an experiment that runs ends.',
    run: deleteAll,
  },
];

/** A list, since the button that a modal dialog has focused could not be the one that keeps. */
export async function deleteData(context: ClientContext): Promise<void> {
  const answer = await window.showQuickPick(ANSWERS, {
    title: 'Delete everything that Shortstop has recorded and learned?',
    placeHolder: 'This cannot be undone.',
  });
  await answer?.run?.(context);
}

async function deleteAll(context: ClientContext): Promise<void> {
  const { isHeld } = await context.daemon.client.sendRequest(DeleteDataRequest.type);
  context.panel.refresh();
  const held = isHeld
    ? ' Another program is reading the database: what it reads is gone from the disk once it ends.'
    : '';
  void window.showInformationMessage(
    `Shortstop: all that was recorded and learned on this machine is deleted.${held}`,
  );
}
