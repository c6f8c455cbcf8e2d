import type { Preset } from '../../shared/settings.ts';
import type { StopRule, StopSettings } from './controller.ts';
import { learnedRule, PATIENT, type LearnedThresholds } from './learned-rule.ts';
import type { PolicyWeights } from './model.ts';
import { firstNewlineRule } from './peers/first-newline.ts';
import { noStop } from './peers/fixed-length.ts';
import { thresholdsOf, type Thresholds } from './presets.ts';
import { shortstopRule } from './shortstop-rule.ts';

/** Weights for one model, and what is known of them. */
export interface LearnedWeights {
  readonly policy: PolicyWeights;
  /** Tells these weights from others: the beginning of a SHA-256, hexadecimal. */
  readonly hash: string;
  /** On what they were trained and whether that is certified, in words. */
  readonly trainedOn: string;
  readonly thresholds: Readonly<Record<Exclude<Preset, 'custom'>, LearnedThresholds>>;
}

/** Rules that a benchmark may put in the place of ours; `confidence` is ours without weights. */
export const BENCHMARK_RULES = ['no-stop', 'first-newline', 'confidence'] as const;
export type BenchmarkRule = (typeof BENCHMARK_RULES)[number];

export interface RuleQuestion {
  /** For the model and its digest; null where the model was never trained for. */
  readonly weights: LearnedWeights | null;
  /** Whether the engine gives log-probabilities: the learned rule is nothing without them. */
  readonly logprobs: boolean;
  readonly settings: StopSettings;
  /** A longer answer, asked for by name: it is never given up on. */
  readonly patient: boolean;
  readonly instead?: BenchmarkRule | undefined;
}

/** The rule of one request, and what to say of it. */
export interface ChosenRule {
  readonly rule: StopRule;
  readonly settings: StopSettings;
  /** In force; null for a benchmark's rule, which has none. */
  readonly thresholds: Thresholds | null;
  /** Of the learned rule; null for every other. */
  readonly weights: LearnedWeights | null;
  /** Rule, weights and thresholds, as a request's row keeps them. */
  readonly policy: string;
}

/** No ratio of probabilities reaches it. */
const NEVER = 2;

/** The one place that decides which rule stops a request, and with which weights and thresholds. */
export function chooseRule(question: RuleQuestion): ChosenRule {
  const { settings, weights } = question;
  if (question.instead === 'no-stop') return benchmark(noStop(settings.maxTokens), settings);
  if (question.instead === 'first-newline') return benchmark(firstNewlineRule, settings);
  if (question.patient) return simple({ ...PATIENT, maxTokens: settings.maxTokens * 2 });
  const learns = weights?.policy.set === 'lite' && question.logprobs && !question.instead;
  if (!learns) return simple(settings);
  const thresholds = learnedThresholds(weights, settings);
  const id = `learned-${weights.policy.set}`;
  return {
    rule: learnedRule(id, weights.policy, {
      ...thresholds,
      tauDone: thresholds.tauDone >= 1 ? NEVER : thresholds.tauDone,
    }),
    settings,
    thresholds,
    weights,
    policy: `${id} ${weights.hash} ${inWords(thresholds)}`,
  };
}

function simple(settings: StopSettings): ChosenRule {
  const thresholds = thresholdsOf(settings);
  const { id } = shortstopRule;
  const policy = `${id} ${inWords(thresholds)}`;
  return { rule: shortstopRule, settings, thresholds, weights: null, policy };
}

function benchmark(rule: StopRule, settings: StopSettings): ChosenRule {
  return { rule, settings, thresholds: null, weights: null, policy: rule.id };
}

/** The weights' own under a preset; those of the settings under `custom`. */
function learnedThresholds(weights: LearnedWeights, settings: StopSettings): Thresholds {
  const { tauDone, tauAlive, showBar } = settings;
  if (settings.preset === 'custom') return { tauDone, tauAlive, showBar };
  return { showBar: 0, ...weights.thresholds[settings.preset] };
}

function inWords({ tauDone, tauAlive, showBar }: Thresholds): string {
  return `done ${tauDone} alive ${tauAlive} show ${showBar}`;
}
