import { z } from 'zod';
import { formatDigest } from '../../../shared/figures.ts';
import { OWN_PRESETS, type OwnPreset } from '../../stopping/policy/certificate.ts';
import type { LearnedWeights } from '../../stopping/policy/choose-rule.ts';
import { DELTA, PRESET_ALPHAS } from '../certify/calibrate.ts';
import { recalibrationDelta } from '../certify/certify.ts';
import { hasAllRows } from '../fit/fit.ts';
import type { FeatureTrace } from '../fit/feature-trace.ts';
import { scoreTrace } from '../fit/frontier.ts';
import { pointAtBoldness, replayedAt, weightsOfTrace } from '../fit/replayed.ts';
import type { Grounds } from '../decide.ts';
import type { Evidence, Learner, StretchEvidence } from '../learner.ts';
import type { Advice } from '../question.ts';
import { alarmLevel, nextLevel, recoveryPValue } from './detector.ts';
import { isAlarming, NO_SYMPTOM, watchSymptom } from './symptom.ts';

const symptomSchema = z.object({ labels: z.number(), typedOn: z.number(), level: z.number() });

const watchSchema = z.object({
  /** The share of lost matches that it watches for: another one is another claim. */
  alpha: z.number(),
  /** Of the e-detector over unanchored labels. */
  level: z.number(),
  /** Unanchored labels on which the reference matches, and those among them that the preset's point loses. */
  labels: z.number(),
  losses: z.number(),
  symptom: symptomSchema,
  alarms: z.number(),
  /** Since the last alarm, which stands; null where none does. */
  fallen: z
    .object({
      by: z.enum(['labels', 'symptom']),
      labels: z.number(),
      losses: z.number(),
    })
    .nullable(),
});
export type Watch = Readonly<z.infer<typeof watchSchema>>;

const presetsSchema = z.object({
  faithful: watchSchema,
  balanced: watchSchema,
  saver: watchSchema,
} satisfies Record<OwnPreset, typeof watchSchema>);

const stateSchema = z.object({
  /** By digest. */
  models: z.record(z.string(), z.object({ weights: z.string(), presets: presetsSchema })),
});
export type GuardState = Readonly<z.infer<typeof stateSchema>>;

/**
 * Watches what each preset loses of the reference's matches on labels that nothing was offered for, against what
 * its certificate promises; without one, against what a certificate of the preset would. Where that is exceeded,
 * requests are stopped as the reference does, which gives nothing up and so loses nothing by construction: the
 * simple rule would lose matches that nobody has counted. The way back is a test that the point loses at most
 * alpha again, on labels since the alarm; other weights or another certificate begin anew.
 *
 * It watches the preset's own point, the boldest that anything within the certificate may choose.
 */
export function guardLearner(weightsFor: Grounds['weightsFor']): Learner<GuardState> {
  return {
    id: 'guard',
    version: 1,
    role: 'guard',
    empty: () => ({ models: {} }),
    read: (stored) => stateSchema.safeParse(stored).data ?? null,
    observe(state, evidence) {
      const seen = seenIn(evidence);
      const weights = seen && weightsFor(seen.model);
      if (!weights) return state;
      const { digest } = seen.model;
      const presets = watched(state, digest, weights);
      const after = { ...presets };
      const lossOf = losses(seen.unanchored, weights);
      for (const preset of OWN_PRESETS) {
        after[preset] = watchPreset(presets[preset], preset, lossOf(preset), seen.offered);
      }
      if (OWN_PRESETS.every((preset) => after[preset] === presets[preset])) return state;
      const model = { weights: weights.hash, presets: after };
      return { models: { ...state.models, [digest]: model } };
    },
    advise(state, question): Advice | null {
      if (question.kind !== 'request' || question.settings.preset === 'custom') return null;
      const weights = weightsFor(question.model);
      if (!weights) return null;
      const watch = watched(state, question.model.digest, weights)[question.settings.preset];
      if (!watch.fallen) return null;
      return { kind: 'request', veto: true, boldness: 0, says: inWords(watch) };
    },
    announce(before, after) {
      for (const [digest, { presets }] of Object.entries(after.models)) {
        for (const preset of OWN_PRESETS) {
          const was = before.models[digest]?.presets[preset].fallen ?? null;
          const watch = presets[preset];
          if ((was === null) === (watch.fallen === null)) continue;
          const name = `the preset ${preset} with the model ${formatDigest(digest)}`;
          if (!watch.fallen) {
            return `Stopping early is on again for ${name}: since the alarm it loses no more matches than it may.`;
          }
          return `Requests under ${name} are not given up any more: ${inWords(watch)}. They cost more tokens now. That ends once enough labels are good again, with a new calibration, or with the command "Shortstop: Reset Learning".`;
        }
      }
      return null;
    },
  };
}

interface Seen {
  readonly model: { readonly name: string; readonly digest: string };
  /** An unanchored label; null for one after an offer. */
  readonly unanchored: FeatureTrace | null;
  /** After an offer under which preset, and whether it was typed on; null where nothing was offered. */
  readonly offered: { readonly preset: string; readonly typedOn: boolean } | null;
}

/** Null for what says nothing of a loss. */
function seenIn(evidence: Evidence): Seen | null {
  if (evidence.kind === 'span') {
    const { trace, modelDigest, model = '' } = evidence;
    return { model: { name: model, digest: modelDigest }, unanchored: trace, offered: null };
  }
  return evidence.kind === 'stretch' ? seenInStretch(evidence) : null;
}

function seenInStretch({ requests, trace }: StretchEvidence): Seen | null {
  const first = requests.find((request) => request.first);
  if (!first || !trace) return null;
  const model = { name: first.model, digest: first.modelDigest };
  if (!trace.anchored) return { model, unanchored: trace, offered: null };
  if (!first.offered || first.arm !== 'deployed') return null;
  return { model, unanchored: null, offered: { preset: first.preset, typedOn: trace.premature } };
}

/** What is known of a digest's presets, as long as weights and promises are the same. */
function watched(
  { models }: GuardState,
  digest: string,
  weights: LearnedWeights,
): Readonly<Record<OwnPreset, Watch>> {
  const known = models[digest];
  const of = (preset: OwnPreset): Watch => {
    const alpha = weights.certified?.[preset]?.alpha ?? PRESET_ALPHAS[preset];
    const watch = known?.weights === weights.hash ? known.presets[preset] : null;
    return watch?.alpha === alpha ? watch : unseen(alpha);
  };
  return { faithful: of('faithful'), balanced: of('balanced'), saver: of('saver') };
}

function unseen(alpha: number): Watch {
  return { alpha, level: 1, labels: 0, losses: 0, symptom: NO_SYMPTOM, alarms: 0, fallen: null };
}

function watchPreset(
  watch: Watch,
  preset: OwnPreset,
  loss: 0 | 1 | null,
  offered: Seen['offered'],
): Watch {
  if (loss !== null) return withLabel(watch, loss);
  if (offered?.preset !== preset || watch.fallen) return watch;
  const symptom = watchSymptom(watch.symptom, offered.typedOn);
  return isAlarming(symptom) ? fallen({ ...watch, symptom }, 'symptom') : { ...watch, symptom };
}

/** By preset: 1 where its point loses a match of the reference, 0 where not, null where there is none to lose. */
function losses(
  trace: FeatureTrace | null,
  weights: LearnedWeights,
): (preset: OwnPreset) => 0 | 1 | null {
  if (!trace?.matched || !hasAllRows(trace)) return () => null;
  const own = weightsOfTrace(weights, trace);
  const scored = scoreTrace(trace, own.policy);
  return (preset) => (replayedAt(scored, pointAtBoldness(own, preset, 1))?.matched ? 0 : 1);
}

/** The next unanchored label: an alarm, the way back from one, or neither. */
export function withLabel(watch: Watch, loss: 0 | 1): Watch {
  const counted = { ...watch, labels: watch.labels + 1, losses: watch.losses + loss };
  if (!watch.fallen) {
    const level = nextLevel(watch.level, loss, watch.alpha);
    const next = { ...counted, level };
    return level >= alarmLevel(watch.alpha) ? fallen(next, 'labels') : next;
  }
  const { by, labels, losses } = watch.fallen;
  const since = { by, labels: labels + 1, losses: losses + loss };
  // The j-th return spends as the j-th calibration on one stream does.
  const p = recoveryPValue(since.labels, since.losses, watch.alpha);
  if (p > recalibrationDelta(DELTA, watch.alarms)) return { ...counted, fallen: since };
  return { ...counted, level: 1, symptom: NO_SYMPTOM, fallen: null };
}

function fallen(watch: Watch, by: 'labels' | 'symptom'): Watch {
  return { ...watch, level: 1, alarms: watch.alarms + 1, fallen: { by, labels: 0, losses: 0 } };
}

function inWords({ alpha, labels, losses, symptom, fallen: since }: Watch): string {
  const percent = Number((100 * alpha).toPrecision(6));
  if (since?.by === 'symptom') {
    const usual = Math.round((100 * symptom.typedOn) / Math.max(1, symptom.labels));
    return `suggestions are typed on at once more often than the ${usual} % of before`;
  }
  return `it loses more than the ${percent} % of matches that it may (${losses} of ${labels} in all)`;
}
