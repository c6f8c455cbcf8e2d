import { createHash, randomBytes } from 'node:crypto';
import type { PolicyStates } from './learning/policy-states.ts';

const SALT = { id: 'workspace salt', version: 1 } as const;

/**
 * Names for workspaces: a hash of the root with a salt of this database, so that rows tell workspaces apart and none says
 * where it is.
 */
export class WorkspaceNames {
  readonly #states: Pick<PolicyStates, 'load' | 'save'>;
  #salt: string | null = null;

  constructor(states: Pick<PolicyStates, 'load' | 'save'>) {
    this.#states = states;
  }

  /** 16 hexadecimal digits; null while the database can't be read. */
  nameOf(root: string): string | null {
    try {
      this.#salt ??= this.#states.load(SALT.id)?.state ?? this.#newSalt();
    } catch {
      return null;
    }
    return createHash('sha256').update(`${this.#salt} ${root}`).digest('hex').slice(0, 16);
  }

  /** All data were deleted, the salt among them. */
  forget(): void {
    this.#salt = null;
  }

  #newSalt(): string {
    const state = JSON.stringify(randomBytes(16).toString('hex'));
    this.#states.save({ ...SALT, state, updatedAt: Date.now() });
    // Another process may have been first.
    return this.#states.load(SALT.id)?.state ?? state;
  }
}
