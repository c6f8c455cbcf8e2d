import type { FeatureTrace } from '../../server/learning/fit/feature-trace.ts';
import { hashOf } from '../../server/learning/calibrate/content.ts';
import { clusterInterval, meanOf, type Interval, type Observation } from '../replay/bootstrap.ts';
import { mayBeReference } from '../replay/rules.ts';
import { isReachable, type Run } from '../replay/run.ts';
import type { RecordedTrace } from '../traces.ts';

/** What a rule makes of one trace, without its text. */
export interface Outcome {
  /** The problem's hash. */
  readonly cluster: string;
  readonly reachable: boolean;
  readonly tokens: number;
  readonly exact: boolean;
}

/** A rule's outcomes, in the order of the traces. */
export interface RuleOutcomes {
  readonly id: string;
  readonly outcomes: readonly Outcome[];
}

export function outcomesOfRun(traces: readonly RecordedTrace[], run: Run): RuleOutcomes {
  const outcomes = traces.map((trace, i) => ({
    cluster: hashOf(trace.problem),
    reachable: isReachable(trace),
    tokens: run.outcomes[i]?.decision.tokens ?? 0,
    exact: run.outcomes[i]?.exact ?? false,
  }));
  return { id: run.id, outcomes };
}

/** A rule's outcomes on traces that were reduced to numbers. */
export function outcomesOf(
  id: string,
  traces: readonly FeatureTrace[],
  judge: (trace: FeatureTrace, index: number) => { matched: boolean; tokens: number },
): RuleOutcomes {
  const outcomes = traces.map((trace, i) => {
    const { matched, tokens } = judge(trace, i);
    return { cluster: trace.problem, reachable: trace.reachable, tokens, exact: matched };
  });
  return { id, outcomes };
}

/** A mean with its 95 % interval, clustered by problem. */
export interface Reading {
  readonly value: number;
  readonly interval: Interval | null;
}

/** Shares in [0, 1] but for `tokens`; null where nothing counts. */
export interface RuleReadings {
  readonly id: string;
  readonly tokens: Reading | null;
  readonly em: Reading | null;
  /** Of the reachable. */
  readonly captured: Reading | null;
  /** Of the reference's matches. */
  readonly lost: Reading | null;
}

const SEED = 1;

export function readRule(rule: RuleOutcomes, reference: RuleOutcomes, draws: number): RuleReadings {
  const reading = (
    value: (outcome: Outcome) => number,
    counts: (outcome: Outcome, i: number) => boolean = () => true,
  ): Reading | null => {
    const observed = rule.outcomes.map((outcome, i): Observation => ({
      cluster: outcome.cluster,
      value: value(outcome),
      weight: counts(outcome, i) ? 1 : 0,
    }));
    const mean = meanOf(observed);
    return mean === null ? null : { value: mean, interval: clusterInterval(observed, draws, SEED) };
  };
  return {
    id: rule.id,
    tokens: reading(({ tokens }) => tokens),
    em: reading(({ exact }) => Number(exact)),
    captured: reading(
      ({ exact }) => Number(exact),
      ({ reachable }) => reachable,
    ),
    lost: reading(
      ({ exact }) => Number(!exact),
      (_, i) => reference.outcomes[i]?.exact ?? false,
    ),
  };
}

/**
 * The rule of most matches, oracles aside; the first one on a tie.
 * @throws Error where there is none
 */
export function referenceAmong(rules: readonly RuleOutcomes[]): RuleOutcomes {
  const matches = ({ outcomes }: RuleOutcomes) => outcomes.filter(({ exact }) => exact).length;
  const [reference] = rules
    .filter(({ id }) => mayBeReference(id))
    .toSorted((a, b) => matches(b) - matches(a));
  if (!reference) throw new Error('no rule can serve as the reference');
  return reference;
}
