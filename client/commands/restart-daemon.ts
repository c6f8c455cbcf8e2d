import type { ClientContext } from '../context.ts';

export async function restartDaemon(context: ClientContext): Promise<void> {
  await context.daemon.restart();
}
