import { PauseNotification } from '../../shared/protocol.ts';
import type { ClientContext } from '../context.ts';

const MINUTES = 10;

/** Pauses; where it is paused already, goes on. */
export async function pause(context: ClientContext): Promise<void> {
  const minutes = context.statusBar.status?.state === 'paused' ? 0 : MINUTES;
  await context.daemon.client.sendNotification(PauseNotification.type, { minutes });
}
