import { randomUUID } from 'node:crypto';
import type { Profile, Refit } from '../shared/learned.ts';
import type { BudgetGauge, BudgetStatus } from '../shared/stats.ts';
import type { Settings } from '../shared/settings.ts';
import type { Known } from './calibration/certify-traces.ts';
import type { EngineModel } from './engines/engine.ts';
import { Experiments, type ExperimentsPorts } from './experiments.ts';
import { budgetLearner } from './learning/budget/budget.ts';
import { budgetStatus, gaugesOf } from './learning/budget/gauges.ts';
import { CalibratedWeights } from './learning/calibrate/calibrated-weights.ts';
import { readOutcome } from './learning/calibrate/outcome.ts';
import { cascadeLearner } from './learning/cascade/learner.ts';
import { experimentLearner } from './learning/experiment/experiment.ts';
import { guardLearner } from './learning/guard/guard.ts';
import { hedgeLearner } from './learning/hedge/hedge.ts';
import { Learning } from './learning/learning.ts';
import { profileLearner } from './learning/profile/profile.ts';
import { profileOf } from './learning/profile/report.ts';
import type { Store } from './storage/store.ts';
import type { Labels } from './stopping/policy/certificate.ts';
import type { BenchmarkRule, LearnedWeights } from './stopping/policy/choose-rule.ts';
import { lentWeights, weightsFor } from './stopping/policy/weights.ts';
import { WorkspaceNames } from './workspace-names.ts';

type Model = Pick<EngineModel, 'name' | 'digest'>;

export interface LearnersPorts extends Pick<ExperimentsPorts, 'ready' | 'notice'> {
  readonly store: Store;
  readonly engine: 'ollama' | 'embedded';
  /** For benchmarks: this rule in the place of ours. */
  readonly instead: BenchmarkRule | undefined;
  /** In the place of the weights that ship. */
  readonly shippedFor: ((model: Model) => LearnedWeights | null) | undefined;
  /** The time of day, milliseconds since the epoch. */
  readonly now: () => number;
  readonly warn: (line: string) => void;
}

/** All learners of a daemon behind the two doors of `learning`, and what is told of what they know. */
export class Learners {
  readonly learning: Learning;
  readonly experiments: Experiments;
  readonly #ports: LearnersPorts;
  /** One run of the daemon is a session. */
  readonly #session = randomUUID();
  readonly #budget = budgetLearner(this.#session);
  readonly #calibrated: CalibratedWeights;
  readonly #workspaceNames: WorkspaceNames;
  readonly #profile: ReturnType<typeof profileLearner>;

  constructor(ports: LearnersPorts) {
    const { store, instead, now, notice, warn } = ports;
    this.#ports = ports;
    this.#calibrated = new CalibratedWeights(store.calibrations, warn);
    this.#workspaceNames = new WorkspaceNames(store.policyStates);
    this.#profile = profileLearner(this.#weightsFor);
    const experiment = experimentLearner(this.#weightsFor);
    this.learning = new Learning({
      learners: [
        guardLearner(this.#weightsFor),
        experiment,
        this.#budget,
        this.#profile,
        hedgeLearner(this.#weightsFor),
        cascadeLearner,
      ],
      ledger: store.ledger,
      states: store.policyStates,
      evidence: store.evidence,
      weightsFor: this.#weightsFor,
      labelsFor: this.#labelsFor,
      ...{ instead, now, notice, warn },
    });
    this.experiments = new Experiments({
      state: () => this.learning.stateOf(experiment),
      observe: (evidence) => this.learning.observe(evidence),
      paused: () => this.learning.paused,
      records: store.experiments,
      ready: ports.ready,
      answerMs: () => store.figures.answerMs(null),
      now: Date.now,
      notice,
    });
  }

  /** What a calibration begins with: what is in force for the model, else what another one lends. */
  known(model: Model): Known {
    const inForce = this.#weightsFor(model);
    const first = this.#shippedFor(model) ?? (this.#ports.shippedFor ? null : lentWeights());
    if (!inForce) return { weights: first, inForce };
    return { weights: { ...inForce, problems: first?.problems ?? [] }, inForce };
  }

  /** A salted hash of a workspace's root. */
  workspaceName(root: string): ReturnType<WorkspaceNames['nameOf']> {
    return this.#workspaceNames.nameOf(root);
  }

  /** What was spent of each budget; null while the database can't be read. */
  gauges({ budget }: Settings): BudgetGauge[] | null {
    const state = this.learning.stateOf(this.#budget);
    return state && gaugesOf(state, this.#session, { ...budget, at: this.#ports.now() });
  }

  /** What the status says of the budgets; null without any. */
  budget(settings: Settings): BudgetStatus | null {
    const { tokensPerDay, tokensPerSession, whenSpent } = settings.budget;
    if (tokensPerDay === 0 && tokensPerSession === 0) return null;
    return budgetStatus(this.gauges(settings) ?? [], whenSpent);
  }

  /**
   * Null while the database can't be read.
   * @param root of the workspace for which it is told; null for all
   */
  profile(settings: Settings, root: string | null): Profile | null {
    const workspace = root === null ? null : this.#workspaceNames.nameOf(root);
    const state = this.learning.stateOf(this.#profile);
    if (!state) return null;
    const { store, engine } = this.#ports;
    const digest = store.calibrations.digestOf(settings.model, engine) ?? '';
    const refit = this.#refitOf(settings.model);
    return profileOf(state, { settings, digest, workspace, refit }, this.#weightsFor);
  }

  /** What was learned of the user is forgotten, and what ships is in force. @returns what began anew */
  reset(): readonly string[] {
    const { store, now } = this.#ports;
    const learners = this.learning.reset();
    return store.calibrations.dropWeights(now()) ? [...learners, 'calibrated weights'] : learners;
  }

  /** The last one of any model of this name. */
  #refitOf(model: string): Refit | null {
    const { store, engine } = this.#ports;
    const outcomes = store.calibrations.refits(engine).flatMap((json) => readOutcome(json) ?? []);
    const [last] = outcomes
      .filter((outcome) => outcome.model === model)
      .toSorted((a, b) => b.at - a.at);
    if (!last) return null;
    const { at, ended, why, traces, heldOut } = last;
    return { at, ended, why, traces, heldOut };
  }

  /** All data were deleted, what was learned from them included. */
  forget(): void {
    this.learning.forget();
    this.#workspaceNames.forget();
  }

  /** Those of a calibration on the user's own code, else what ships. */
  readonly #weightsFor = (model: Model): LearnedWeights | null => {
    const calibrated = this.#calibrated.weightsFor({ ...model, engine: this.#ports.engine });
    if (calibrated) return calibrated;
    const shipped = this.#shippedFor(model);
    const labels = shipped?.certified ? null : this.#labelsFor(model);
    return shipped && labels ? { ...shipped, labels } : shipped;
  };

  readonly #labelsFor = (model: Model): Labels | null =>
    this.#calibrated.labelsFor({ ...model, engine: this.#ports.engine });

  #shippedFor(model: Model): LearnedWeights | null {
    const { engine, shippedFor = weightsFor } = this.#ports;
    return shippedFor({ ...model, engine });
  }
}
