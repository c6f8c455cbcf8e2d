import type { Adviser } from './decide.ts';
import type { Evidence, Learner, Role } from './learner.ts';
import type { PolicyStates, StoredState } from './policy-states.ts';
import type { Advice, Draw, Question } from './question.ts';

export interface MindPorts {
  readonly states: PolicyStates;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** A sentence for the user. */
  readonly notice: (sentence: string) => void;
  readonly warn: (line: string) => void;
}

/**
 * A learner and the state that it is in: read at its first use, and again where another window has saved a
 * newer one. While the database can't be read it neither advises nor learns.
 */
export class Mind implements Adviser {
  readonly role: Role;
  readonly #learner: Learner;
  readonly #ports: MindPorts;
  #held: { readonly state: unknown; readonly updatedAt: number } | null = null;

  constructor(learner: Learner, ports: MindPorts) {
    this.role = learner.role;
    this.#learner = learner;
    this.#ports = ports;
  }

  get id(): string {
    return this.#learner.id;
  }

  /** What is known by now, as another process may have saved it; null while that can't be read. */
  get state(): unknown {
    return this.#read()?.state ?? null;
  }

  advise(question: Question, draw: Draw): Advice | null {
    const held = this.#held ?? this.#read();
    return held && this.#learner.advise(held.state, question, draw);
  }

  observe(evidence: Evidence): void {
    const held = this.#read();
    if (!held) return;
    const { id, version } = this.#learner;
    const state = this.#learner.observe(held.state, evidence);
    if (state === held.state) return;
    // Later than what was read, whatever the clock says: the newest is the one that is taken over.
    const updatedAt = Math.max(this.#ports.now(), held.updatedAt + 1);
    this.#held = { state, updatedAt };
    this.#ports.states.save({ id, version, state: JSON.stringify(state), updatedAt });
    const news = this.#learner.announce?.(held.state, state) ?? null;
    if (news !== null) this.#ports.notice(news);
  }

  /** All data were deleted, what was learned from them included. */
  forget(): void {
    this.#held = null;
  }

  #read() {
    try {
      const stored = this.#ports.states.load(this.#learner.id);
      if (stored && stored.updatedAt > (this.#held?.updatedAt ?? -1)) this.#take(stored);
      this.#held ??= { state: this.#learner.empty(), updatedAt: 0 };
    } catch (error) {
      const reason = error instanceof Error ? error.message : 'unknown';
      this.#ports.warn(`what ${this.#learner.id} has learned can't be read now: ${reason}`);
    }
    return this.#held;
  }

  #take(stored: StoredState): void {
    const { id, version } = this.#learner;
    const { updatedAt } = stored;
    const state = stored.version === version ? this.#learner.read(parsed(stored.state)) : null;
    if (state !== null) {
      this.#held = { state, updatedAt };
      return;
    }
    this.#ports.states.save({ ...stored, id: `${id} set aside ${updatedAt}` });
    this.#held = { state: this.#learner.empty(), updatedAt: updatedAt + 1 };
    this.#ports.states.save({
      ...{ id, version, updatedAt: updatedAt + 1 },
      state: JSON.stringify(this.#held.state),
    });
    this.#ports.notice(
      `What ${id} had learned can't be read (version ${stored.version}, this one reads ${version}): it is set aside, and learning begins anew.`,
    );
  }
}

/** Undefined for what is no JSON. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
