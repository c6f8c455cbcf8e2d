import type { ClientContext } from '../context.ts';

export async function completeHere(context: ClientContext): Promise<void> {
  await context.inlineCompletion.completeHere();
}
