import { window } from 'vscode';
import { formatCount } from '../../shared/figures.ts';
import { DeleteDataRequest } from '../../shared/protocol.ts';
import type { ClientContext } from '../context.ts';

const DELETE = 'Delete';

export async function deleteData(context: ClientContext): Promise<void> {
  const choice = await window.showWarningMessage(
    'Delete everything that Shortstop has recorded?',
    {
      modal: true,
      detail:
        'All requests, outcomes and figures on this machine, of every window. Export them first if you want to keep them. This cannot be undone.',
    },
    DELETE,
  );
  if (choice !== DELETE) return;
  const { rows, isHeld } = await context.daemon.client.sendRequest(DeleteDataRequest.type);
  context.panel.refresh();
  const held = isHeld
    ? ' Another program is reading the database: what it reads is gone from the disk once it ends.'
    : '';
  void window.showInformationMessage(`${formatCount(rows)} rows deleted.${held}`);
}
