import type { ClientContext } from '../context.ts';

export function openPanel(context: ClientContext): void {
  context.panel.open();
}
