import type { ClientContext } from '../context.ts';

export async function completeHere(context: ClientContext): Promise<void> {
  await context.completeHere.ask();
}

export async function cancelCompleteHere(context: ClientContext): Promise<void> {
  await context.completeHere.cancel();
}
