import type { ClientContext } from '../context.ts';

export function showLog(context: ClientContext): void {
  context.log.show();
}
