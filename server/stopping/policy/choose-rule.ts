import { alternativesPay, type Spends, type TokenCosts } from './alternatives.ts';
import { aggressivenessAt, atBoldness, pointAt, presetPath } from './aggressiveness.ts';
import type { Doubt, OwnPreset, PresetCertificate, PresetCertificates } from './certificate.ts';
import type { Settings } from '../../../shared/settings.ts';
import type { StopRule, StopSettings } from '../controller.ts';
import { learnedRule } from '../rules/learned-rule.ts';
import { mostTokensLeft, type PolicyWeights } from './model.ts';
import { firstNewlineRule } from '../rules/first-newline.ts';
import { noStop } from '../rules/no-stop.ts';
import { PATIENT, pointOf, type OperatingPoint, type PartialPoint } from './point.ts';
import { PRESET_POINTS, simplePoint } from './presets.ts';
import { shortstopRule } from '../rules/shortstop-rule.ts';
import { ALTERNATIVES } from '../trace.ts';

/** Replays along a path. */
export interface HeldOut {
  /** Traces. */
  readonly n: number;
  /** First of the reference, then of each point of the path: mean tokens a trace, and traces that match. */
  readonly steps: readonly (readonly [tokens: number, matches: number])[];
}

/** Weights for one model, and what is known of them. */
export interface LearnedWeights extends Doubt {
  readonly policy: PolicyWeights;
  /** Tells these weights from others: the beginning of a SHA-256, hexadecimal. */
  readonly hash: string;
  /** In words. */
  readonly trainedOn: string;
  /** Hashes of the problems that they were trained on, where those are known. */
  readonly problems?: readonly string[];
  /** Of this digest on this engine; absent or null where nothing is certified. */
  readonly certified?: PresetCertificates | null;
  readonly thresholds: Readonly<Record<OwnPreset, PartialPoint>>;
  /** From the patient reference, left out, to the most aggressive point; without it, the presets in turn. */
  readonly path?: readonly PartialPoint[];
  /** What came of the patient reference and of each point of the path, on traces held out from the fit. */
  readonly heldOut?: HeldOut;
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
  /** Whether definitions of other files stand in the prompt, which no certificate's traces had. */
  readonly otherFiles?: boolean;
  readonly settings: Settings['stopping'];
  /** A longer answer, asked for by name: it is never given up on. */
  readonly patient: boolean;
  /** In [0, 1], in the place of the preset's thresholds: 0 gives nothing up. */
  readonly aggressiveness?: number | undefined;
  /** On the path from giving nothing up, 0, to the preset's own point, 1; beyond 1, to the path's boldest. */
  readonly boldness?: number | undefined;
  /** What a token costs, in matches: a budget's. Without an expected number of tokens it is boldness. */
  readonly lambda?: number | undefined;
  /** The most tokens, by a budget. Nothing is certified for fewer than the settings allow. */
  readonly most?: number | undefined;
  readonly instead?: BenchmarkRule | undefined;
}

/** The rule of one request, and what to say of it. */
export interface ChosenRule {
  readonly rule: StopRule;
  readonly settings: StopSettings;
  /** How many the engine must give with each token. */
  readonly alternatives: number;
  /** In force; null for a benchmark's rule, which has none. */
  readonly point: OperatingPoint | null;
  /** Of the learned rule; null for every other. */
  readonly weights: LearnedWeights | null;
  /** Of the very thresholds in force; null where nothing is certified for them. */
  readonly certificate: PresetCertificate | null;
  /** Why there is no certificate. */
  readonly doubt: Doubt;
  /** Rule, weights, thresholds and what is certified of them, as a request's row keeps them. */
  readonly policy: string;
}

/** Which rule stops a request, with which weights, and where; `learning/decide.ts` asks. */
export function chooseRule(asked: RuleQuestion): ChosenRule {
  const { settings, patient, instead, most = Infinity } = asked;
  const maxTokens = Math.min(most, tokenLimit(settings, patient));
  if (instead === 'no-stop') return benchmark(noStop(maxTokens), maxTokens);
  if (instead === 'first-newline') return benchmark(firstNewlineRule, maxTokens);
  if (patient) return simple(PATIENT, maxTokens);
  const weights = asked.logprobs && !instead ? weightsOf(asked) : null;
  const question = heedingPrice(asked, weights);
  const aggressiveness = aggressivenessOf(question, weights);
  if (!weights) return simple(simplePointAt(settings, aggressiveness), maxTokens);
  const unpriced = learnedPoint(weights, settings, aggressiveness);
  const point = { ...unpriced, lambda: lambdaBeyond(unpriced, weights, question.lambda) };
  const id = `learned-${weights.policy.set}`;
  const isOwn = point.lambda === 0 && maxTokens === settings.maxTokens;
  const preset = isOwn && !asked.otherFiles ? ownPreset(question) : null;
  const certificate = (preset && weights.certified?.[preset]) ?? null;
  return {
    rule: learnedRule(id, weights.policy, point),
    settings: { ...point, maxTokens },
    alternatives: weights.policy.set === 'full' ? ALTERNATIVES : 0,
    point,
    weights,
    certificate,
    doubt: asked.otherFiles ? { otherFiles: true } : weights,
    policy: `${id} ${weights.hash} ${inWords(point)}${certificate ? ` certified ${certificate.alpha}` : ''}`,
  };
}

/** The price at which the shipped weights that heed it stop where their path ends. */
const PRICE_AT_PATHS_END = 0.05;

/** Weights that expect no number of tokens heed a price by going on along their path. */
function heedingPrice(question: RuleQuestion, weights: LearnedWeights | null): RuleQuestion {
  const { lambda = 0, boldness = 1 } = question;
  if (lambda === 0 || weights?.policy.left) return question;
  return { ...question, boldness: boldness + lambda / PRICE_AT_PATHS_END };
}

/** 0 where the point gives up earlier for its own sake than for the price: what is certified for it holds. */
function lambdaBeyond(
  { tauAlive }: OperatingPoint,
  { policy: { left } }: LearnedWeights,
  lambda = 0,
) {
  return left && lambda * mostTokensLeft(left) > tauAlive ? lambda : 0;
}

/** The most tokens of one request: twice as many for a longer answer, asked for by name. */
export function tokenLimit({ maxTokens }: Settings['stopping'], patient: boolean): number {
  return patient ? maxTokens * 2 : maxTokens;
}

/** The preset whose certificate speaks of the thresholds in force; null where the settings' or the knob's are. */
function ownPreset({ settings, aggressiveness, boldness = 1 }: RuleQuestion): OwnPreset | null {
  const { preset } = settings;
  return aggressiveness === undefined && boldness <= 1 && preset !== 'custom' ? preset : null;
}

/** Undefined where the preset's own thresholds, or the settings', are in force. */
function aggressivenessOf(
  { settings: { preset }, aggressiveness, boldness = 1 }: RuleQuestion,
  weights: LearnedWeights | null,
): number | undefined {
  if (aggressiveness !== undefined || boldness === 1 || preset === 'custom') return aggressiveness;
  const { path, own } = wayUnder(preset, weights);
  return atBoldness(aggressivenessAt(path, own), boldness);
}

/** Along which points a preset can be moved, and its own among them. */
export interface Way {
  readonly path: readonly PartialPoint[];
  readonly own: PartialPoint;
}

/** @param weights null for the simple rule */
export function wayUnder(preset: OwnPreset, weights: LearnedWeights | null): Way {
  return weights
    ? { path: pathOf(weights), own: weights.thresholds[preset] }
    : { path: presetPath(PRESET_POINTS), own: PRESET_POINTS[preset] };
}

function pathOf({ path, thresholds }: LearnedWeights): readonly PartialPoint[] {
  return path ?? presetPath(thresholds);
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
const UNLEARNED = { alternatives: 0, weights: null, certificate: null, doubt: {} } as const;

function simple(point: OperatingPoint, maxTokens: number): ChosenRule {
  const { id } = shortstopRule;
  const policy = `${id} ${inWords(point)}`;
  return { ...UNLEARNED, rule: shortstopRule, settings: { ...point, maxTokens }, point, policy };
}

function benchmark(rule: StopRule, maxTokens: number): ChosenRule {
  const settings = { ...PATIENT, maxTokens };
  return { ...UNLEARNED, rule, settings, point: null, policy: rule.id };
}

/** The weights' own under a preset or the knob; that of the settings under `custom`. */
function learnedPoint(
  weights: LearnedWeights,
  settings: Settings['stopping'],
  aggressiveness: number | undefined,
): OperatingPoint {
  if (aggressiveness !== undefined) {
    return pointAt(pathOf(weights), aggressiveness);
  }
  return pointOf(settings.preset === 'custom' ? settings : weights.thresholds[settings.preset]);
}

/** The simple rule has its presets alone to move along. */
function simplePointAt(
  settings: Settings['stopping'],
  aggressiveness: number | undefined,
): OperatingPoint {
  if (aggressiveness === undefined) return simplePoint(settings);
  return pointAt(presetPath(PRESET_POINTS), aggressiveness);
}

function inWords({ tauDone, tauAlive, showBar, lambda }: OperatingPoint): string {
  const price = lambda > 0 ? ` lambda ${lambda}` : '';
  return `done ${tauDone} alive ${tauAlive} show ${showBar}${price}`;
}
