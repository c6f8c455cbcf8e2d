import { alternativesPay, type Spends, type TokenCosts } from './alternatives.ts';
import { presetPath, thresholdsAt, type PathPoint } from './aggressiveness.ts';
import type { OwnPreset, PresetCertificate, PresetCertificates } from './certificate.ts';
import type { StopRule, StopSettings } from '../controller.ts';
import { learnedRule, PATIENT, type LearnedThresholds } from '../rules/learned-rule.ts';
import type { PolicyWeights } from './model.ts';
import { firstNewlineRule } from '../rules/first-newline.ts';
import { noStop } from '../rules/no-stop.ts';
import { PRESET_THRESHOLDS, thresholdsOf, type Thresholds } from './presets.ts';
import { shortstopRule } from '../rules/shortstop-rule.ts';
import { ALTERNATIVES } from '../trace.ts';

/** Weights for one model, and what is known of them. */
export interface LearnedWeights {
  readonly policy: PolicyWeights;
  /** Tells these weights from others: the beginning of a SHA-256, hexadecimal. */
  readonly hash: string;
  /** In words. */
  readonly trainedOn: string;
  /** Of this digest on this engine; absent or null where nothing is certified. */
  readonly certified?: PresetCertificates | null;
  /** Certified once, for a rule or repairs that answered otherwise than they do now. */
  readonly answersChanged?: boolean;
  readonly thresholds: Readonly<Record<OwnPreset, LearnedThresholds>>;
  /** From the patient reference, left out, to the most aggressive point; without it, the presets in turn. */
  readonly path?: readonly PathPoint[];
  readonly spends?: Spends;
  /** Others for the same model, over the full set of features. */
  readonly withAlternatives?: LearnedWeights;
}

/** Rules that a benchmark may put in the place of ours; `confidence` is ours without weights. */
export const BENCHMARK_RULES = ['no-stop', 'first-newline', 'confidence'] as const;
export type BenchmarkRule = (typeof BENCHMARK_RULES)[number];

export interface RuleQuestion {
  /** For the model and its digest; null where the model was never trained for. */
  readonly weights: LearnedWeights | null;
  /** Whether the engine gives log-probabilities: the learned rule is nothing without them. */
  readonly logprobs: boolean;
  /** Of the engine; without them no alternatives are asked for. */
  readonly costs?: TokenCosts;
  readonly settings: StopSettings;
  /** A longer answer, asked for by name: it is never given up on. */
  readonly patient: boolean;
  /** In [0, 1], in the place of the preset's thresholds: 0 gives nothing up. */
  readonly aggressiveness?: number | undefined;
  /** What a token costs, in matches: a budget's. Only weights that expect a number of tokens heed it. */
  readonly lambda?: number | undefined;
  readonly instead?: BenchmarkRule | undefined;
}

/** The rule of one request, and what to say of it. */
export interface ChosenRule {
  readonly rule: StopRule;
  readonly settings: StopSettings;
  /** How many the engine must give with each token. */
  readonly alternatives: number;
  /** In force; null for a benchmark's rule, which has none. */
  readonly thresholds: Thresholds | null;
  /** Of the learned rule; null for every other. */
  readonly weights: LearnedWeights | null;
  /** Of the very thresholds in force; null where nothing is certified for them. */
  readonly certificate: PresetCertificate | null;
  /** Rule, weights, thresholds and what is certified of them, as a request's row keeps them. */
  readonly policy: string;
}

/** The one place that decides which rule stops a request, and with which weights and thresholds. */
export function chooseRule(question: RuleQuestion): ChosenRule {
  const { settings, aggressiveness } = question;
  if (question.instead === 'no-stop') return benchmark(noStop(settings.maxTokens), settings);
  if (question.instead === 'first-newline') return benchmark(firstNewlineRule, settings);
  if (question.patient) return simple({ ...PATIENT, maxTokens: settings.maxTokens * 2 });
  const weights = question.logprobs && !question.instead ? weightsOf(question) : null;
  if (!weights) return simple(withKnob(settings, aggressiveness));
  const lambda = weights.policy.left ? (question.lambda ?? 0) : 0;
  const thresholds = learnedThresholds(weights, settings, aggressiveness);
  const id = `learned-${weights.policy.set}`;
  const preset = lambda === 0 ? ownPreset(question) : null;
  const certificate = (preset && weights.certified?.[preset]) ?? null;
  return {
    rule: learnedRule(id, weights.policy, { ...thresholds, lambda }),
    settings,
    alternatives: weights.policy.set === 'full' ? ALTERNATIVES : 0,
    thresholds,
    weights,
    certificate,
    policy: `${id} ${weights.hash} ${inWords(thresholds)}${lambda > 0 ? ` lambda ${lambda}` : ''}${certificate ? ` certified ${certificate.alpha}` : ''}`,
  };
}

/** The preset whose own thresholds are in force; null where the settings' or the knob's are. */
function ownPreset({ settings: { preset }, aggressiveness }: RuleQuestion): OwnPreset | null {
  return aggressiveness === undefined && preset !== 'custom' ? preset : null;
}

/** Those that need no alternatives, or the ones beside them under a preset for whose sake these pay. */
function weightsOf(question: RuleQuestion): LearnedWeights | null {
  const { weights, costs } = question;
  if (weights?.policy.set !== 'lite') return null;
  const preset = ownPreset(question);
  const full = weights.withAlternatives;
  if (!preset || !weights.spends || !full?.spends || !costs) return weights;
  return alternativesPay(preset, weights.spends, full.spends, costs) ? full : weights;
}

/** What a rule is that knows no weights. */
const UNLEARNED = { alternatives: 0, weights: null, certificate: null } as const;

function simple(settings: StopSettings): ChosenRule {
  const thresholds = thresholdsOf(settings);
  const { id } = shortstopRule;
  const policy = `${id} ${inWords(thresholds)}`;
  return { ...UNLEARNED, rule: shortstopRule, settings, thresholds, policy };
}

function benchmark(rule: StopRule, settings: StopSettings): ChosenRule {
  return { ...UNLEARNED, rule, settings, thresholds: null, policy: rule.id };
}

/** The weights' own under a preset or the knob; those of the settings under `custom`. */
function learnedThresholds(
  weights: LearnedWeights,
  settings: StopSettings,
  aggressiveness: number | undefined,
): Thresholds {
  const { tauDone, tauAlive, showBar } = settings;
  if (aggressiveness !== undefined) {
    const path = weights.path ?? presetPath(weights.thresholds);
    return { showBar: 0, ...thresholdsAt(path, aggressiveness) };
  }
  if (settings.preset === 'custom') return { tauDone, tauAlive, showBar };
  return { showBar: 0, ...weights.thresholds[settings.preset] };
}

/** The simple rule has its presets alone to move along. */
function withKnob(settings: StopSettings, aggressiveness: number | undefined): StopSettings {
  if (aggressiveness === undefined) return settings;
  const point = thresholdsAt(presetPath(PRESET_THRESHOLDS), aggressiveness);
  return { ...settings, preset: 'custom', showBar: 0, ...point };
}

function inWords({ tauDone, tauAlive, showBar }: Thresholds): string {
  return `done ${tauDone} alive ${tauAlive} show ${showBar}`;
}
