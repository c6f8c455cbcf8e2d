import type { BoundaryReader } from './boundary.ts';
import { CONTEXT_KINDS, isEnd, type CursorContext, type TraceToken } from '../trace.ts';

/**
 * What the learned policy sees after each token, as plain numbers. Pure and incremental: the same code
 * runs live and in replay. The lite set needs the chosen token's log-probability alone; the full set
 * needs alternatives too.
 */
const LANGUAGES = ['python', 'typescript', 'javascript', 'go', 'rust', 'java'] as const;
/** What a log-probability is taken for where the engine gave none: that of one in two. */
const UNKNOWN_LOGPROB = Math.log(0.5);
const FLOOR = -12;

const CONTEXT_NAMES = [
  ...CONTEXT_KINDS.map((kind) => `kind ${kind}`),
  ...LANGUAGES.map((language) => `language ${language}`),
  'rest is blank',
  'rest length',
  'line length before',
  'inside a word',
  'after a blank',
  'after a dot',
  'after an opener',
  'after an operator',
  'indent',
  'next line deeper',
  'next line shallower',
  'next line is a closer',
  'suffix length',
] as const;

const PROGRESS_NAMES = [
  'tokens',
  'characters',
  'lines',
  'logprob',
  'mean logprob',
  'lowest logprob',
  'second lowest logprob',
  'last logprob',
  'logprob before last',
  'first logprob',
  'line logprob',
  'line tokens',
  'depth',
  'excess',
  'in a string',
  'new words',
  'words',
  'last word is new',
  'seen before',
  'line stands above',
  'line stands below',
  'like the next line',
  'balanced',
  'ends a statement',
  'ends with a separator',
  'ends with a closer',
  'ends with an opener',
  'ends with a quote',
  'ends in a word',
] as const;

const FULL_NAMES = [
  'last entropy',
  'highest entropy',
  'mean entropy',
  'last margin',
  'lowest margin',
  'end probability',
  'break probability',
  'closer probability',
] as const;

/** How many features, at the front of either set, stay the same for a whole request. */
export const FIXED_FEATURES = CONTEXT_NAMES.length;

export type FeatureSet = 'lite' | 'full';

export const FEATURE_NAMES: Readonly<Record<FeatureSet, readonly string[]>> = {
  lite: [...CONTEXT_NAMES, ...PROGRESS_NAMES],
  full: [...CONTEXT_NAMES, ...PROGRESS_NAMES, ...FULL_NAMES],
};

/** Running figures over the tokens so far. */
export interface FeatureState {
  readonly context: CursorContext;
  readonly fixed: readonly number[];
  readonly words: ReadonlySet<string>;
  /** The text before the cursor's line. */
  readonly above: string;
  readonly tokens: number;
  readonly logprob: number;
  readonly lowest: number;
  readonly secondLowest: number;
  readonly last: number;
  readonly beforeLast: number;
  readonly first: number;
  readonly lineLogprob: number;
  readonly lineTokens: number;
  readonly entropy: number;
  readonly entropySum: number;
  readonly highestEntropy: number;
  readonly margin: number;
  readonly lowestMargin: number;
  readonly endProbability: number;
  readonly breakProbability: number;
  readonly closerProbability: number;
}

const flag = (value: boolean): number => (value ? 1 : 0);
const WORD = /[\p{L}_$][\p{L}\p{N}_$]*/gu;

export function beginFeatures(context: CursorContext, reader: BoundaryReader): FeatureState {
  return {
    context,
    fixed: fixedFeatures(context, reader),
    words: new Set(
      [...context.prefix.matchAll(WORD), ...context.suffix.matchAll(WORD)].map(([word]) => word),
    ),
    above: context.prefix.slice(0, context.prefix.length - reader.line.before.length),
    tokens: 0,
    logprob: 0,
    lowest: 0,
    secondLowest: 0,
    last: 0,
    beforeLast: 0,
    first: 0,
    lineLogprob: 0,
    lineTokens: 0,
    entropy: 0,
    entropySum: 0,
    highestEntropy: 0,
    margin: 0,
    lowestMargin: 1,
    endProbability: 0,
    breakProbability: 0,
    closerProbability: 0,
  };
}

function fixedFeatures(context: CursorContext, { line }: BoundaryReader): number[] {
  const { prefix, suffix, kind, languageId } = context;
  const language = languageId.replace(/react$/, '');
  const before = prefix.slice(-1);
  const spoken = prefix.trimEnd().slice(-1);
  return [
    ...CONTEXT_KINDS.map((other) => flag(other === kind)),
    ...LANGUAGES.map((other) => flag(other === language)),
    flag(line.rest.trim() === ''),
    Math.log1p(line.rest.trim().length),
    Math.log1p(line.before.trim().length),
    flag(/[\p{L}\p{N}_$]/u.test(before)),
    flag(/\s/.test(before)),
    flag(before === '.'),
    flag(/[([{]/.test(spoken)),
    flag(/[=<>+\-*/&|,:]/.test(spoken)),
    line.indent / 4,
    flag(line.nextIndent > line.indent),
    flag(line.nextIndent >= 0 && line.nextIndent < line.indent),
    flag(/^[)\]}]/.test(line.nextLine)),
    Math.log1p(suffix.trim().length),
  ];
}

/** Takes in one token; `reader` has read it already. */
export function addFeatures(state: FeatureState, token: TraceToken): FeatureState {
  const logprob = Math.max(FLOOR, token.logprob ?? UNKNOWN_LOGPROB);
  const newLine = token.text.includes('\n');
  const spread = token.alternatives ? spreadOf(token) : null;
  return {
    ...state,
    tokens: state.tokens + 1,
    logprob: state.logprob + logprob,
    lowest: Math.min(state.lowest, logprob),
    secondLowest: Math.min(state.secondLowest, Math.max(state.lowest, logprob)),
    last: logprob,
    beforeLast: state.last,
    first: state.tokens === 0 ? logprob : state.first,
    lineLogprob: (newLine ? 0 : state.lineLogprob) + logprob,
    lineTokens: newLine ? 1 : state.lineTokens + 1,
    entropy: spread?.entropy ?? 0,
    entropySum: state.entropySum + (spread?.entropy ?? 0),
    highestEntropy: Math.max(state.highestEntropy, spread?.entropy ?? 0),
    margin: spread?.margin ?? 0,
    lowestMargin: Math.min(state.lowestMargin, spread?.margin ?? 1),
    endProbability: spread?.end ?? 0,
    breakProbability: spread?.lineBreak ?? 0,
    closerProbability: spread?.closer ?? 0,
  };
}

/** Of the alternatives at hand; what they leave of the mass counts as one more outcome. */
function spreadOf({ alternatives = [] }: TraceToken) {
  let left = 1;
  let entropy = 0;
  const mass = { end: 0, lineBreak: 0, closer: 0 };
  for (const alternative of alternatives) {
    const { text, logprob } = alternative;
    const p = Math.exp(logprob);
    left -= p;
    if (p > 0) entropy -= p * logprob;
    if (isEnd(alternative)) mass.end += p;
    else if (text.startsWith('\n')) mass.lineBreak += p;
    else if (/^[)\]}]/.test(text)) mass.closer += p;
  }
  if (left > 1e-9) entropy -= left * Math.log(left);
  const [best, second] = alternatives;
  const margin = (best ? Math.exp(best.logprob) : 0) - (second ? Math.exp(second.logprob) : 0);
  return { entropy, margin, ...mass };
}

/** To what a feature file keeps, so that a policy decides live on the very numbers it was trained on. */
const rounded = (value: number): number => Math.round(value * 1e4) / 1e4;

/** Of the last character that is no blank. */
const END_CLASSES = [/;/, /[,:.]/, /[)\]}]/, /[([{]/, /['"`]/, /[\p{L}\p{N}_$]/u];

/** The numbers after the token that was read last, in the order of `FEATURE_NAMES`. */
export function featureVector(
  state: FeatureState,
  reader: BoundaryReader,
  set: FeatureSet,
): number[] {
  const { text, scan } = reader;
  const tokens = Math.max(1, state.tokens);
  const lineStart = text.lastIndexOf('\n') + 1;
  const current = text.slice(lineStart).trim();
  const end = text.trimEnd().slice(-1);
  const words = text.match(WORD) ?? [];
  const own = words.filter((word) => !state.words.has(word)).length;
  const lastWord = words.at(-1);
  const progress = [
    Math.log1p(state.tokens),
    Math.log1p(text.length),
    text.split('\n').length - 1,
    state.logprob,
    state.logprob / tokens,
    state.lowest,
    state.secondLowest,
    state.last,
    state.beforeLast,
    state.first,
    state.lineLogprob,
    Math.log1p(state.lineTokens),
    scan.open.length,
    scan.excess,
    flag(scan.inString),
    own,
    Math.log1p(words.length),
    flag(lastWord !== undefined && !state.words.has(lastWord)),
    copiedLength(state.above, reader),
    flag(current.length >= 4 && state.context.prefix.includes(current)),
    flag(current.length >= 4 && state.context.suffix.includes(current)),
    commonLength(current, reader.line.nextLine),
    flag(
      scan.open === reader.line.sought.open &&
        scan.inString === (reader.line.sought.inString === true),
    ),
    ...END_CLASSES.map((pattern) => flag(pattern.test(end))),
  ];
  const lite = [...state.fixed, ...progress];
  if (set === 'lite') return lite.map(rounded);
  return [
    ...lite,
    state.entropy,
    state.highestEntropy,
    state.entropySum / tokens,
    state.margin,
    state.lowestMargin,
    state.endProbability,
    state.breakProbability,
    state.closerProbability,
  ].map(rounded);
}

/** How many characters two lines begin with in common; log. */
function commonLength(a: string, b: string): number {
  let length = 0;
  while (length < a.length && a.charAt(length) === b.charAt(length)) length += 1;
  return Math.log1p(length);
}

/** How many of the last characters, the cursor's line included, stand together earlier on; log, up to 64. */
function copiedLength(above: string, { text, line }: BoundaryReader): number {
  const written = line.before + text;
  let length = 0;
  for (let tried = 4; tried <= Math.min(64, written.length); tried += 4) {
    if (!above.includes(written.slice(-tried))) break;
    length = tried;
  }
  return Math.log1p(length);
}
