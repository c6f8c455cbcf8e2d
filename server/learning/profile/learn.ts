import { wayUnder, type LearnedWeights } from '../../stopping/policy/choose-rule.ts';
import type { OwnPreset } from '../../stopping/policy/certificate.ts';
import { pointAt, aggressivenessAt, atBoldness } from '../../stopping/policy/aggressiveness.ts';
import { CONTEXT_KINDS } from '../../stopping/trace.ts';
import type { FeatureTrace } from '../fit/feature-trace.ts';
import { hasAllRows } from '../fit/fit.ts';
import { outcomeOf, scoreTrace, type ScoredTrace } from '../fit/frontier.ts';
import type { Evidence } from '../learner.ts';
import { withReplay } from './curve.ts';
import { isWhole, labelsOf } from './labels.ts';
import { personalsOf, type Personal } from './personal.ts';
import { withClick, withTrace, type Place, type ProfileState } from './state.ts';
import { personalBoldness } from './thresholds.ts';

/** Null for a model that the learned rule was never trained for. */
export type WeightsFor = (model: {
  readonly name: string;
  readonly digest: string;
}) => LearnedWeights | null;

/** The weights of a cell under the simple rule. */
const SIMPLE = 'simple';

/** Gains are judged at its point. */
const JUDGED: OwnPreset = 'balanced';

export function weightsKey(weights: LearnedWeights | null): string {
  return weights?.hash ?? SIMPLE;
}

/** The same state where the evidence says nothing of this user's taste. */
export function learned(
  state: ProfileState,
  evidence: Evidence,
  weightsFor: WeightsFor,
): ProfileState {
  switch (evidence.kind) {
    case 'feedback': {
      const { said, request } = evidence;
      const weights = weightsFor({ name: request.model, digest: request.modelDigest });
      const { workspace, languageId: language, kind } = request;
      return withClick(state, { weights: weightsKey(weights), workspace, language, kind }, said);
    }
    case 'span': {
      const { trace, modelDigest, model = '', workspace = null } = evidence;
      if (!hasAllRows(trace)) return state;
      const weights = weightsFor({ name: model, digest: modelDigest });
      return withLabelled(state, { trace, anchored: false, workspace }, weights);
    }
    case 'stretch': {
      const { trace, requests } = evidence;
      const first = requests.find((request) => request.first);
      if (!trace || !first || !isWhole(trace)) return state;
      const { workspace, model: name, modelDigest: digest } = first;
      const labelled = { trace, anchored: trace.anchored, workspace };
      return withLabelled(state, labelled, weightsFor({ name, digest }));
    }
    default:
      return state;
  }
}

interface Labelled {
  readonly trace: FeatureTrace;
  readonly anchored: boolean;
  readonly workspace: string | null;
}

function withLabelled(
  state: ProfileState,
  { trace, anchored, workspace }: Labelled,
  weights: LearnedWeights | null,
): ProfileState {
  const kind = CONTEXT_KINDS.find((known) => known === trace.kind);
  if (!weights || !kind || trace.rows.length === 0) return state;
  const place: Place = { weights: weights.hash, workspace, language: trace.lang, kind };
  const scored = scoreTrace(trace, weights.policy);
  const labels = labelsOf(scored, anchored);
  if (anchored) return withTrace(state, place, { ...labels, anchored, gain: null });
  // What was learned before is judged by the trace, and only then learns from it.
  const gain = gainOf(state, place, scored, weights);
  const { path } = wayUnder(JUDGED, weights);
  const curve = withReplay(state.curves[weights.hash], scored, path);
  return {
    ...withTrace(state, place, { ...labels, anchored, gain }),
    curves: { ...state.curves, [weights.hash]: curve },
  };
}

/** What a place's own thresholds do with a trace, less what those of all places together do. */
function gainOf(state: ProfileState, place: Place, scored: ScoredTrace, weights: LearnedWeights) {
  const personals = personalsOf(state, weights.hash);
  const way = wayUnder(JUDGED, weights);
  const under = (personal: Personal) => {
    const boldness = personalBoldness(way, personal);
    const most = aggressivenessAt(way.path, way.own);
    return outcomeOf(scored, pointAt(way.path, atBoldness(most, boldness)));
  };
  const own = under(personals.at(place));
  const pooled = under(personals.pooled);
  return {
    tokens: own.tokens - pooled.tokens,
    matches: Number(own.matched) - Number(pooled.matched),
  };
}
