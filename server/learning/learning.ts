import type { Ledger } from '../outcomes/records.ts';
import { decider, type Grounds } from './decide.ts';
import { ROLES, type Evidence, type Learner } from './learner.ts';
import { Mind, type MindPorts } from './mind.ts';
import { ObservedLedger } from './observe.ts';
import type { Decide } from './question.ts';

export interface LearningPorts extends MindPorts, Omit<Grounds, 'advisers'> {
  readonly learners: readonly Learner[];
  readonly ledger: Ledger;
}

/** Both doors, with the learners behind them. */
export class Learning {
  /** The one door for every decision. */
  readonly decide: Decide;
  /** Through which outcomes and pipeline write; what settles there is observed. */
  readonly ledger: Ledger;
  readonly #ledger: ObservedLedger;
  readonly #minds: readonly Mind[];

  constructor(ports: LearningPorts) {
    this.#minds = ports.learners
      .map((learner) => new Mind(learner, ports))
      .sort((a, b) => ROLES.indexOf(a.role) - ROLES.indexOf(b.role));
    const grounds: Grounds = {
      weightsFor: (model) => ports.weightsFor(model),
      instead: ports.instead,
      asking: ports.asking,
      advisers: this.#minds,
    };
    this.decide = decider(grounds);
    this.#ledger = new ObservedLedger(ports.ledger, (evidence) => this.observe(evidence));
    this.ledger = this.#ledger;
  }

  /** The one door for all evidence. */
  observe(evidence: Evidence): void {
    for (const mind of this.#minds) mind.observe(evidence);
  }

  /** What one of the learners knows by now; null while the database can't be read. */
  stateOf<State>({ id }: Learner<State>): State | null {
    const mind = this.#minds.find((one) => one.id === id);
    return (mind?.state ?? null) as State | null;
  }

  /** All data were deleted, what was learned from them included. */
  forget(): void {
    this.#ledger.forget();
    for (const mind of this.#minds) mind.forget();
  }
}
