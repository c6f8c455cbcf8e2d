import type { Adviser } from './decide.ts';
import type { Evidence, Learner, Role } from './learner.ts';
import { parsed, type LearnedState } from './learned-file.ts';
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

interface Held {
  readonly state: unknown;
  readonly updatedAt: number;
}

/**
 * A learner and the state that it is in: read at its first use, and again where another window has saved a
 * newer one. While the database can't be read it neither advises nor learns.
 */
export class Mind implements Adviser {
  readonly role: Role;
  readonly #learner: Learner;
  readonly #ports: MindPorts;
  #held: Held | null = null;

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
    const state = this.#learner.observe(held.state, evidence);
    if (state === held.state) return;
    const before = this.#learned(held, state, evidence);
    const after = this.#held;
    const news = after && this.#learner.announce?.(before, after.state);
    if (news) this.#ports.notice(news);
  }

  /** Takes over what another process has saved since, without waiting for evidence; silent where it can't be read. */
  heed(): void {
    this.#read(() => undefined);
  }

  /** Null while the database can't be read. */
  exported(): LearnedState | null {
    const held = this.#read();
    const { id, version } = this.#learner;
    return held && { id, version, state: held.state };
  }

  /** @returns false for a state that it can't read, or while the database can't be read: nothing changes then */
  imported({ version, state }: LearnedState): boolean {
    const known = version === this.#learner.version ? this.#learner.read(state) : null;
    return known !== null && this.#replace(known);
  }

  /** Begins anew, for every window. @returns false while the database can't be read */
  reset(): boolean {
    return this.#replace(this.#learner.empty());
  }

  /** All data were deleted, what was learned from them included. */
  forget(): void {
    this.#held = null;
  }

  #replace(state: unknown): boolean {
    const held = this.#read();
    if (held) this.#save(state, held.updatedAt);
    return held !== null;
  }

  /**
   * Saves what the evidence makes of the state that is stored: `after`, unless another process has saved a newer one
   * since `held` was read. Where the database can't be written now, `after` waits to be.
   * @returns the state before the evidence
   */
  #learned(held: Held, after: unknown, evidence: Evidence): unknown {
    let before = held.state;
    try {
      this.#ports.states.update(this.id, (stored) => {
        const newer = stored && stored.updatedAt > held.updatedAt ? stored : null;
        if (!newer) return this.#hold(after, held.updatedAt);
        const known = this.#known(newer);
        if (known === null) return null;
        before = known;
        return this.#hold(this.#learner.observe(known, evidence), newer.updatedAt);
      });
    } catch {
      this.#save(after, held.updatedAt);
    }
    return before;
  }

  #save(state: unknown, before: number): void {
    this.#ports.states.save(this.#hold(state, before));
  }

  #hold(state: unknown, before: number): StoredState {
    const { id, version } = this.#learner;
    // Later than what was read, whatever the clock says: the newest is the one that is taken over.
    const updatedAt = Math.max(this.#ports.now(), before + 1);
    this.#held = { state, updatedAt };
    return { id, version, state: JSON.stringify(state), updatedAt };
  }

  /** Null for a state of another version, or one that can't be read. */
  #known({ version, state }: StoredState): unknown {
    return version === this.#learner.version ? this.#learner.read(parsed(state)) : null;
  }

  #read(warn = this.#ports.warn) {
    try {
      const stored = this.#ports.states.load(this.#learner.id);
      if (stored && stored.updatedAt > (this.#held?.updatedAt ?? -1)) this.#take(stored);
      this.#held ??= { state: this.#learner.empty(), updatedAt: 0 };
    } catch (error) {
      const reason = error instanceof Error ? error.message : 'unknown';
      warn(`what ${this.#learner.id} has learned can't be read now: ${reason}`);
    }
    return this.#held;
  }

  #take(stored: StoredState): void {
    const { id, version } = this.#learner;
    const { updatedAt } = stored;
    const state = this.#known(stored);
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
