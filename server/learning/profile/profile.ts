import { aggressivenessAt, boldnessOf } from '../../stopping/policy/aggressiveness.ts';
import { wayUnder } from '../../stopping/policy/choose-rule.ts';
import type { Learner } from '../learner.ts';
import type { RequestAdvice, RequestQuestion } from '../question.ts';
import { chosenFor, expectedAlong, type Chosen } from './curve.ts';
import { learned, weightsKey, type WeightsFor } from './learn.ts';
import { personalsOf } from './personal.ts';
import { EMPTY, readState, type ProfileState } from './state.ts';
import { personalBoldness } from './thresholds.ts';

/** What moves a preset by less is no change. */
const LEAST_CHANGE = 0.01;

/**
 * A user's own thresholds by workspace, language and context kind, learned from labels and from what the user says of
 * suggestions. They stay within what is certified, unless the user asks for a number of tokens or matches.
 */
export function profileLearner(weightsFor: WeightsFor): Learner<ProfileState> {
  return {
    id: 'profile',
    version: 1,
    role: 'profile',
    empty: () => EMPTY,
    read: readState,
    observe: (state, evidence) => learned(state, evidence, weightsFor),
    advise: (state, question) =>
      question.kind === 'request' ? adviceOn(state, question, weightsFor) : null,
  };
}

/** What a target leads to, and how far from the preset's point. */
export interface Targeted extends Chosen {
  readonly boldness: number;
}

export type Asked = Pick<RequestQuestion, 'settings' | 'model' | 'place' | 'targets'>;

/** Null where the user asks for nothing, or too little is known of this model. */
export function targeted(
  state: ProfileState,
  { settings: { preset }, model, targets }: Asked,
  weightsFor: WeightsFor,
): Targeted | null {
  const weights = weightsFor(model);
  if (!targets || !weights || preset === 'custom') return null;
  const expected = expectedAlong(state.curves[weights.hash], weights.heldOut);
  const chosen = expected && chosenFor(expected, targets);
  if (!chosen) return null;
  const { path, own } = wayUnder(preset, weights);
  return { ...chosen, boldness: boldnessOf(aggressivenessAt(path, own), chosen.aggressiveness) };
}

function adviceOn(state: ProfileState, asked: Asked, weightsFor: WeightsFor): RequestAdvice | null {
  const target = targeted(state, asked, weightsFor);
  if (target) {
    const { boldness, tokens, em } = target;
    const says = `asked for by shortstop.profile: ${tokens.toFixed(1)} tokens and ${percent(em)} % matches a request are expected here`;
    return { kind: 'request', boldness, asked: true, says };
  }
  const { place, settings, model } = asked;
  if (!place || settings.preset === 'custom') return null;
  const weights = weightsFor(model);
  const { workspace, languageId: language, kind } = place;
  const key = weightsKey(weights);
  const personal = personalsOf(state, key).at({ weights: key, workspace, language, kind });
  const boldness = personalBoldness(wayUnder(settings.preset, weights), personal);
  if (1 - boldness < LEAST_CHANGE) return null;
  const says = `${language}, ${kind}: at boldness ${boldness.toFixed(2)} of ${settings.preset}`;
  return { kind: 'request', boldness, says };
}

function percent(share: number): string {
  return (100 * share).toFixed(1);
}
