import type { ClientContext } from '../context.ts';

export async function suggest({ inlineCompletion }: ClientContext): Promise<void> {
  await inlineCompletion.suggest();
}
