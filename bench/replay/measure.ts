import type { RecordedTrace } from '../traces.ts';
import { clusterInterval, meanOf, type Interval, type Observation } from './bootstrap.ts';
import { isReachable, type Run } from './run.ts';

export const MEASURES = [
  'tokens',
  'em',
  'reachable',
  'captured',
  'premature',
  'overrun',
  'lost',
] as const;
export type Measure = (typeof MEASURES)[number];

type PerMeasure<T> = Readonly<Record<Measure, T>>;
/** Shares in [0, 1] but for `tokens`; null where nothing counts towards the measure. */
export type Measured = PerMeasure<number | null>;
export type MeasuredIntervals = PerMeasure<Interval | null>;

function perMeasure<T>(make: (measure: Measure) => T): PerMeasure<T> {
  return {
    tokens: make('tokens'),
    em: make('em'),
    reachable: make('reachable'),
    captured: make('captured'),
    premature: make('premature'),
    overrun: make('overrun'),
    lost: make('lost'),
  };
}

/** A run as observations of each measure; `reference` is what `lost` is measured by. */
export function observe(
  traces: readonly RecordedTrace[],
  run: Run,
  reference: Run,
): PerMeasure<Observation[]> {
  const rows = perMeasure((): Observation[] => []);
  traces.forEach((trace, i) => {
    const outcome = run.outcomes[i];
    if (!outcome) return;
    const cluster = trace.problem;
    const reachable = isReachable(trace);
    const add = (measure: Measure, value: number, counts = true) =>
      rows[measure].push({ cluster, value, weight: counts ? 1 : 0 });
    add('tokens', outcome.decision.tokens);
    add('em', Number(outcome.exact));
    add('reachable', Number(reachable));
    add('captured', Number(outcome.exact), reachable);
    add('premature', Number(outcome.premature), reachable);
    add('overrun', Number(outcome.overrun), reachable);
    add('lost', Number(!outcome.exact), reference.outcomes[i]?.exact ?? false);
  });
  return rows;
}

export function measure(traces: readonly RecordedTrace[], run: Run, reference: Run): Measured {
  const rows = observe(traces, run, reference);
  return perMeasure((name) => meanOf(rows[name]));
}

/** 95 % intervals, clustered by problem. */
export function measureIntervals(
  traces: readonly RecordedTrace[],
  run: Run,
  reference: Run,
  draws: number,
  seed: number,
): MeasuredIntervals {
  const rows = observe(traces, run, reference);
  return perMeasure((name) => clusterInterval(rows[name], draws, seed));
}

/** The rule of highest EM at any cost among those that may serve as one; the cheaper one on a tie. */
export function referenceOf(runs: readonly Run[], eligible: (id: string) => boolean): Run {
  const matches = (run: Run) => run.outcomes.filter((outcome) => outcome.exact).length;
  const tokens = (run: Run) =>
    run.outcomes.reduce((sum, outcome) => sum + outcome.decision.tokens, 0);
  const [best] = runs
    .filter((run) => eligible(run.id))
    .sort((a, b) => matches(b) - matches(a) || tokens(a) - tokens(b));
  if (!best) throw new Error('no rule can serve as the reference');
  return best;
}
