import { AcceptedNotification } from '../../shared/protocol.ts';
import type { ClientContext } from '../context.ts';

/** Run by the editor after it has inserted a whole suggestion; must never throw into it. */
export async function accepted(context: ClientContext, suggestionId: unknown): Promise<void> {
  if (typeof suggestionId !== 'string') return;
  try {
    await context.daemon.client.sendNotification(AcceptedNotification.type, { suggestionId });
  } catch (error) {
    context.log.warn('an accept was not recorded', String(error));
  }
}
