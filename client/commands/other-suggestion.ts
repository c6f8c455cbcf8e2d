import type { ClientContext } from '../context.ts';

/** Shows another suggestion for the same place. */
export function otherSuggestion(
  action: 'showNext' | 'showPrevious',
): (context: ClientContext) => Promise<void> {
  return ({ inlineCompletion }) => inlineCompletion.showOther(action);
}
