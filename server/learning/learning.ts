import type { Ledger } from '../outcomes/records.ts';
import { decider, type Grounds } from './decide.ts';
import { stretchRow, type EvidenceRows } from './evidence-rows.ts';
import { readLearned, writeLearned, type LearnedState } from './learned-file.ts';
import { ROLES, type Evidence, type Learner, type Role } from './learner.ts';
import { Mind, type MindPorts } from './mind.ts';
import { ObservedLedger, type Stretches } from './observe.ts';
import type { Decide } from './question.ts';

export interface LearningPorts extends MindPorts, Omit<Grounds, 'advisers'> {
  readonly learners: readonly Learner[];
  readonly ledger: Ledger;
  readonly evidence: EvidenceRows;
}

/** Neither what was spent today nor an experiment under way is learned of a user. */
const OF_THE_USER: ReadonlySet<Role> = new Set(['guard', 'profile', 'adaptation', 'asking']);

/** Both doors, with the learners behind them. */
export class Learning {
  /** The one door for every decision. */
  readonly decide: Decide;
  /** Through which outcomes and pipeline write; what settles there is observed. */
  readonly ledger: Ledger;
  /** Those that have not settled, for what is generated at idle. */
  readonly stretches: Stretches;
  readonly #ledger: ObservedLedger;
  readonly #minds: readonly Mind[];
  readonly #evidence: EvidenceRows;
  readonly #now: () => number;
  #paused = false;

  constructor(ports: LearningPorts) {
    this.#minds = ports.learners
      .map((learner) => new Mind(learner, ports))
      .sort((a, b) => ROLES.indexOf(a.role) - ROLES.indexOf(b.role));
    const awake = () => this.#awake();
    const grounds: Grounds = {
      weightsFor: (model) => ports.weightsFor(model),
      labelsFor: ports.labelsFor,
      instead: ports.instead,
      asking: ports.asking,
      get advisers() {
        return awake();
      },
    };
    this.decide = decider(grounds);
    this.#evidence = ports.evidence;
    this.#now = ports.now;
    this.#ledger = new ObservedLedger(ports.ledger, (evidence) => this.observe(evidence));
    this.ledger = this.#ledger;
    this.stretches = this.#ledger;
  }

  /** The one door for all evidence. */
  observe(evidence: Evidence): void {
    const row = evidence.kind === 'stretch' && !this.#paused ? stretchRow(evidence) : null;
    if (row) this.#evidence.save(row);
    // An experiment can be ended while learning is paused.
    const minds = evidence.kind === 'experiment' ? this.#minds : this.#awake();
    for (const mind of minds) mind.observe(evidence);
  }

  /** What one of the learners knows by now; null while the database can't be read. */
  stateOf<State>({ id }: Learner<State>): State | null {
    const mind = this.#minds.find((one) => one.id === id);
    return (mind?.state ?? null) as State | null;
  }

  /**
   * While it is paused, decisions are those that ship, within the user's budget, and nothing is learned or stored
   * to learn from.
   */
  pause(paused: boolean): void {
    this.#paused = paused;
  }

  get paused(): boolean {
    return this.#paused;
  }

  /** Takes over what other processes have saved since. */
  heed(): void {
    for (const mind of this.#minds) mind.heed();
  }

  /** What was learned of the user, to be read by `takeOver` here or elsewhere. */
  exported(): { readonly text: string; readonly learners: readonly string[] } {
    const states = this.#ofTheUser().flatMap((mind) => mind.exported() ?? []);
    return { text: writeLearned(states, this.#now()), learners: states.map(({ id }) => id) };
  }

  /**
   * In the place of what was learned here.
   * @returns which learners took it over, and what nobody here can read
   * @throws Error that says what to do, where the text was not exported
   */
  takeOver(text: string): {
    readonly learners: readonly string[];
    readonly refused: readonly string[];
  } {
    const states = readLearned(text);
    const isTaken = (state: LearnedState) =>
      this.#ofTheUser().some((mind) => mind.id === state.id && mind.imported(state));
    const learners = states.filter(isTaken).map(({ id }) => id);
    return { learners, refused: states.map(({ id }) => id).filter((id) => !learners.includes(id)) };
  }

  /** What was learned of the user is forgotten; labels and figures stay. @returns which learners began anew */
  reset(): readonly string[] {
    return this.#ofTheUser()
      .filter((mind) => mind.reset())
      .map(({ id }) => id);
  }

  #ofTheUser(): readonly Mind[] {
    return this.#minds.filter(({ role }) => OF_THE_USER.has(role));
  }

  /** All data were deleted, what was learned from them included. */
  forget(): void {
    this.#ledger.forget();
    for (const mind of this.#minds) mind.forget();
  }

  /** A budget is the user's own, and not learned: it holds also while learning is paused. */
  #awake(): readonly Mind[] {
    return this.#paused ? this.#minds.filter(({ role }) => role === 'budget') : this.#minds;
  }
}
