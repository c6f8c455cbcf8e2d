import { z } from 'zod';
import { OWN_PRESETS, type OwnPreset } from '../../stopping/policy/certificate.ts';
import type { LearnedWeights } from '../../stopping/policy/choose-rule.ts';
import type { Grounds } from '../decide.ts';
import type { FeatureTrace } from '../fit/feature-trace.ts';
import type { Evidence, Learner } from '../learner.ts';
import type { Advice } from '../question.ts';
import { BOLDNESSES, boldnessOf, HEDGE, learned, replays } from './policies.ts';

/**
 * What a label after an offer counts: who sees a suggestion leans towards it, so it says less of what was wanted
 * than one that nothing was offered for.
 */
const ANCHORED_WORTH = 0.25;

const weightsSchema = z
  .array(z.number().min(0).max(1))
  .length(BOLDNESSES.length)
  .refine((weights) => Math.abs(weights.reduce((a, b) => a + b, 0) - 1) < 1e-6);

const modelSchema = z.object({
  /** Of the learned rule: by others, a boldness is another point. */
  weights: z.string(),
  labels: z.number(),
  /** Among them, those that nothing was offered for. */
  unanchored: z.number(),
  presets: z.object({
    faithful: weightsSchema,
    balanced: weightsSchema,
    saver: weightsSchema,
  } satisfies Record<OwnPreset, typeof weightsSchema>),
});

const stateSchema = z.object({
  /** By digest. */
  models: z.record(z.string(), modelSchema),
});
export type HedgeState = Readonly<z.infer<typeof stateSchema>>;
type ModelState = HedgeState['models'][string];

/**
 * Moves the point within the certified set, by what each point would have made of the labels so far: where stopping
 * early loses matches, requests go on for longer; where it does not, they become shorter again, up to the preset's
 * own point. A trace that was stopped early says nothing of points that stop later, and leaves their weights alone.
 */
export function hedgeLearner(weightsFor: Grounds['weightsFor']): Learner<HedgeState> {
  return {
    id: 'hedge',
    version: 1,
    role: 'adaptation',
    empty: () => ({ models: {} }),
    read: (stored) => stateSchema.safeParse(stored).data ?? null,
    observe(state, evidence) {
      const label = labelIn(evidence);
      const weights = label && weightsFor(label.model);
      if (!weights) return state;
      const { digest } = label.model;
      const model = withLabel(known(state, digest, weights), label, weights);
      return model ? { models: { ...state.models, [digest]: model } } : state;
    },
    advise(state, question): Advice | null {
      if (question.kind !== 'request' || question.settings.preset === 'custom') return null;
      const weights = weightsFor(question.model);
      const model = weights && known(state, question.model.digest, weights);
      if (!model || model.labels === 0) return null;
      const boldness = boldnessOf(model.presets[question.settings.preset]);
      return { kind: 'request', boldness, says: inWords(boldness, model) };
    },
  };
}

interface Label {
  readonly model: { readonly name: string; readonly digest: string };
  readonly trace: FeatureTrace;
  readonly anchored: boolean;
}

function labelIn(evidence: Evidence): Label | null {
  if (evidence.kind === 'span') {
    const { trace, modelDigest, model = '' } = evidence;
    return { model: { name: model, digest: modelDigest }, trace, anchored: false };
  }
  if (evidence.kind !== 'stretch' || !evidence.trace) return null;
  const first = evidence.requests.find((request) => request.first);
  if (!first) return null;
  const model = { name: first.model, digest: first.modelDigest };
  return { model, trace: evidence.trace, anchored: evidence.trace.anchored };
}

function known({ models }: HedgeState, digest: string, { hash }: LearnedWeights): ModelState {
  const model = models[digest];
  if (model?.weights === hash) return model;
  const prior = [...HEDGE.prior];
  const presets = { faithful: prior, balanced: prior, saver: prior };
  return { weights: hash, labels: 0, unanchored: 0, presets };
}

/** Null where the trace tells no two points apart. */
function withLabel(
  model: ModelState,
  { trace, anchored }: Label,
  weights: LearnedWeights,
): ModelState | null {
  const presets = { ...model.presets };
  let told = false;
  for (const preset of OWN_PRESETS) {
    const outcomes = replays(trace, weights, preset);
    if (outcomes.filter((outcome) => outcome !== null).length < 2) continue;
    told = true;
    const worth = anchored ? ANCHORED_WORTH : 1;
    presets[preset] = [...learned(model.presets[preset], outcomes, preset, worth)];
  }
  if (!told) return null;
  const unanchored = model.unanchored + Number(!anchored);
  return { ...model, labels: model.labels + 1, unanchored, presets };
}

function inWords(boldness: number, { labels, unanchored }: ModelState): string {
  const share = Math.round(100 * boldness);
  return `${share} % of the way from giving nothing up to the preset's own point, by ${labels} labels, ${unanchored} of them without an offer`;
}
