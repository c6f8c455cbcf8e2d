import type { Store } from '../../server/storage/store.ts';

/** Adds one to a state that another process adds to as well, as soon as the database can be written. */
export async function spendOne(store: Store): Promise<void> {
  for (;;) {
    try {
      store.policyStates.update('spent', (stored) => {
        const spent = Number(stored?.state ?? 0) + 1;
        return { id: 'spent', version: 1, state: String(spent), updatedAt: spent };
      });
      return;
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  }
}
