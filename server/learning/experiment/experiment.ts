import * as z from 'zod';
import {
  EXPERIMENT_ENDPOINTS,
  type ExperimentEndpoint,
  type ExperimentVerdict,
} from '../../../shared/stats.ts';
import type { LearnedWeights } from '../../stopping/policy/choose-rule.ts';
import type { Evidence, Learner, StretchEvidence } from '../learner.ts';
import type { Draw, Question, StretchAdvice } from '../question.ts';
import { armLabel, armOf, blockOf, PROPENSITY } from './assign.ts';
import { bet, noBets, type Betting, type Observation } from './betting.ts';
import {
  ARMS,
  definitionSchema,
  fixesPoint,
  unitOf,
  type ArmName,
  type Definition,
} from './definition.ts';
import { meanOfKnown, measure, scaleOf, type Measured } from './endpoints.ts';
import { NO_PAIRS } from './pairs.ts';
import { replayed } from './replay.ts';
import { verdictOn } from './verdict.ts';

const count = z.number().int().min(0);
const figures = <T extends z.ZodType>(each: T) =>
  z.object({ matches: each, tokens: each, latency: each, acceptance: each });

const bettingSchema = z.object({
  n: count,
  sum: z.number(),
  squares: z.number(),
  capitals: z.array(z.number()).readonly(),
}) satisfies z.ZodType<Betting>;

const measuredSchema = figures(z.number().nullable());

const openBlockSchema = z.object({
  block: z.number().int(),
  arm: z.enum(ARMS),
  stretches: z.array(measuredSchema),
});

const stateSchema = z.object({
  definition: definitionSchema,
  /** Stretches or blocks, in the order in which they were over, in the endpoints' own units. */
  units: z.array(z.object({ arm: z.enum(ARMS), measured: measuredSchema })),
  betting: figures(bettingSchema),
  /** Replayed traces that only one arm serves right. */
  pairs: z.object({ a: count, b: count }),
  /** Blocks of time whose stretches have not all settled. */
  open: z.array(openBlockSchema),
  verdict: z
    .object({
      kind: z.enum(['better', 'harm', 'undecided', 'stopped']),
      winner: z.enum(ARMS).nullable(),
      endpoint: z.enum(EXPERIMENT_ENDPOINTS).nullable(),
      at: z.number(),
    })
    .nullable(),
  /** The winner's settings were taken over; milliseconds since the epoch. */
  adoptedAt: z.number().nullable(),
}) satisfies z.ZodType<{ verdict: ExperimentVerdict | null }>;

/** An experiment that goes on, or the last one. */
export type Trial = z.infer<typeof stateSchema>;
export type ExperimentState = Trial | 'none';

/**
 * One experiment at a time: draws an arm for each stretch, counts what came of it, and says which arm is better as
 * soon as that is known. While none goes on it says nothing.
 */
export function experimentLearner(
  weightsFor: (model: { name: string; digest: string }) => LearnedWeights | null,
): Learner<ExperimentState> {
  return {
    id: 'experiment',
    version: 1,
    role: 'experiment',
    empty: () => 'none',
    read: (stored) => {
      if (stored === 'none') return stored;
      const read = stateSchema.safeParse(stored);
      return read.success ? read.data : null;
    },
    observe(state, evidence) {
      if (evidence.kind === 'experiment') return told(state, evidence);
      if (evidence.kind !== 'stretch' || !isRunning(state)) return state;
      return withStretch(state, evidence, weightsFor);
    },
    advise: (state, question, draw) => (isRunning(state) ? advise(state, question, draw) : null),
  };
}

export function isRunning(state: ExperimentState): state is Trial {
  return state !== 'none' && state.verdict === null;
}

function advise({ definition }: Trial, question: Question, draw: Draw): StretchAdvice | null {
  if (question.kind !== 'stretch') return null;
  const arm = armOf(definition, draw, question.at);
  if (!arm) return null;
  const settings = definition[arm];
  return {
    kind: 'stretch',
    arm: {
      name: armLabel(definition, arm),
      propensity: PROPENSITY,
      fixesPoint: fixesPoint(settings),
    },
    settings,
    says: `arm ${arm} of the experiment`,
  };
}

function told(
  state: ExperimentState,
  { act, at }: Extract<Evidence, { kind: 'experiment' }>,
): ExperimentState {
  if (typeof act === 'object') return isRunning(state) ? state : begun(act.start);
  if (state === 'none') return state;
  if (act === 'adopted') return state.verdict ? { ...state, adoptedAt: at } : state;
  if (state.verdict) return state;
  return { ...state, verdict: { kind: 'stopped', winner: null, endpoint: null, at } };
}

export function begun(definition: Definition): Trial {
  return {
    definition,
    units: [],
    betting: each(noBets),
    pairs: NO_PAIRS,
    open: [],
    verdict: null,
    adoptedAt: null,
  };
}

/**
 * The arm of a stretch is that of its first request: what was asked later depends on what that one gave. Where nothing was
 * offered on purpose, nothing is told of the arm.
 */
function withStretch(
  trial: Trial,
  evidence: StretchEvidence,
  weightsFor: Parameters<typeof experimentLearner>[0],
): Trial {
  const { definition } = trial;
  const first = evidence.requests.find((request) => request.first) ?? evidence.requests[0];
  const arm = ARMS.find((name) => armLabel(definition, name) === first?.arm);
  if (!first || !arm || first.withheld) return trial;
  const measured = measure(evidence, definition.bounds);
  const at = evidence.label.settledAt;
  if (unitOf(definition) === 'block') {
    return withBlock(trial, { block: blockOf(first.at), arm, at }, measured);
  }

  const weights = weightsFor({ name: first.model, digest: first.modelDigest });
  const decided = weights && first.policy.includes(weights.hash) ? weights : null;
  // Whether a text is continued at idle may depend on the arm that it was stopped by.
  const trace = evidence.trace?.drawn.how === 'shadow' ? null : evidence.trace;
  const { a, b } = trace ? replayed(definition, trace, decided) : NO_PAIRS;
  const pairs = { a: trial.pairs.a + a, b: trial.pairs.b + b };
  return judged(withUnit({ ...trial, pairs }, arm, measured), at);
}

/**
 * A block is one observation: its stretches share whatever else that time was like. It is over once something was asked
 * two blocks later: by then its stretches have settled.
 */
function withBlock(
  trial: Trial,
  { block, arm, at }: { block: number; arm: ArmName; at: number },
  measured: Measured,
): Trial {
  const known = trial.open.find((open) => open.block === block);
  const stretches = [...(known?.stretches ?? []), { ...measured }];
  const open = [...trial.open.filter((one) => one !== known), { block, arm, stretches }];
  const isOver = (one: { block: number }) => one.block < block - 1;
  let result: Trial = { ...trial, open: open.filter((one) => !isOver(one)) };
  for (const over of open.filter(isOver)) {
    const means = each((endpoint) => meanOfKnown(over.stretches.map((one) => one[endpoint])));
    result = withUnit(result, over.arm, means);
  }
  return judged(result, at);
}

function withUnit(trial: Trial, arm: ArmName, measured: Measured): Trial {
  const betting = each((endpoint) => {
    const [observation] = observationsOn(endpoint, trial.definition, [{ arm, measured }]);
    return observation ? bet(trial.betting[endpoint], observation) : trial.betting[endpoint];
  });
  return { ...trial, units: [...trial.units, { arm, measured }], betting };
}

/** The units of which an endpoint is known, on its scale. */
export function observationsOn(
  endpoint: ExperimentEndpoint,
  { bounds }: Definition,
  units: Trial['units'],
): Observation[] {
  return units.flatMap(({ arm, measured }) => {
    const value = measured[endpoint];
    return value === null ? [] : [{ arm, value: value / scaleOf(endpoint, bounds) }];
  });
}

function judged(trial: Trial, at: number): Trial {
  const verdict = verdictOn(trial, at);
  return verdict ? { ...trial, verdict } : trial;
}

function each<T>(of: (endpoint: ExperimentEndpoint) => T): Record<ExperimentEndpoint, T> {
  return {
    matches: of('matches'),
    tokens: of('tokens'),
    latency: of('latency'),
    acceptance: of('acceptance'),
  };
}
