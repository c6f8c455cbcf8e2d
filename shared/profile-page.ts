import { formatCount, formatShare, notEnough } from './figures.ts';
import type {
  CalibrationReading,
  ContextGain,
  LabelCounts,
  Profile,
  ProfileContext,
  ProfileTarget,
  ProfileThresholds,
  Refit,
} from './learned.ts';
import type { Estimate } from './stats.ts';

/** What was learned of the user, in sentences: the same on the page, in a terminal and in the panel. */
export interface ProfileWords {
  readonly general: readonly string[];
  readonly contexts: readonly ContextWords[];
}

export interface ContextWords {
  /** Language and kind of place. */
  readonly place: string;
  readonly thresholds: string;
  readonly labels: string;
  /** Of its own thresholds over those of all contexts. */
  readonly gain: string;
}

export function profileWords(profile: Profile): ProfileWords {
  const { model, preset, labels, workspaces, contexts, gain, certificate, refit } = profile;
  const from =
    workspaces === 0
      ? 'Nothing was learned yet'
      : `Learned in ${plural(workspaces, 'workspace')} from ${countsInWords(labels)}`;
  return {
    general: [
      `${from}, for the model ${model} under the preset ${preset}.`,
      ...(profile.paused
        ? ['Learning is switched off (shortstop.learning.enabled): nothing of this acts.']
        : []),
      ...pointLines(profile),
      ...(certificate === null ? [] : [`The preset ${preset} is ${certificate}.`]),
      ...(refit ? [refitLine(refit)] : []),
      ...(contexts.length > 0
        ? [`Gain of each place's own thresholds over the same for all: ${gainInWords(gain)}.`]
        : []),
    ],
    contexts: contexts.map((context) => contextWords(context, profile.everywhere)),
  };
}

/** Markdown that also reads as it stands, in a terminal. */
export function profilePage(profile: Profile): string {
  const { general, contexts } = profileWords(profile);
  return [
    '# Shortstop: My Profile',
    '',
    ...general.flatMap((sentence) => [sentence, '']),
    ...contexts.flatMap(({ place, thresholds, labels, gain }) => [
      `- ${place}: ${thresholds}; from ${labels}.`,
      `  Gain of its own thresholds over those of all contexts: ${gain}.`,
    ]),
    '',
  ].join('\n');
}

function refitLine({ at, ended, why, traces, heldOut }: Refit): string {
  const of = 'Refit on your own traces';
  const day = new Date(at).toISOString().slice(0, 10);
  if (ended === 'waiting') return `${of}: waits, ${why}.`;
  if (ended === 'reset') return `${of}: reset on ${day}; what ships is in force.`;
  const what = ended === 'kept' ? 'nothing replaced' : 'weights of your own are in force';
  const read = heldOut ? ` (${readingsInWords(heldOut)})` : '';
  return `${of}, ${day}: ${what}, from ${plural(traces, 'trace')}: ${why}${read}.`;
}

function readingsInWords({ n, before, after }: NonNullable<Refit['heldOut']>): string {
  const read = ({ tokens, matches }: CalibrationReading) =>
    `${tokens.toFixed(2)} tokens a request and ${plural(matches, 'match', 'matches')}`;
  const now = after ? `, now ${read(after)}` : '';
  return `held out, n = ${formatCount(n)}: balanced had ${read(before)}${now}`;
}

function pointLines({ shipped, everywhere, target }: Profile): string[] {
  if (!shipped || !everywhere) {
    return ['Under the preset custom the thresholds of the settings hold, and nothing moves them.'];
  }
  if (target?.expected) return [targetInWords(target, target.expected)];
  const waits = target
    ? ['The targets in the settings wait: too little is known of this model to choose a point.']
    : [];
  const where = 'Where nothing else is said below';
  const rule = `a text ends early once it is complete with a probability of ${formatShare(everywhere.tauDone)}, and is given up once that of being right so far is below ${formatShare(everywhere.tauAlive)}`;
  const place = isMoved(everywhere)
    ? `, more cautiously than the preset's own ${pairInWords(shipped)}`
    : ": the preset's own point";
  return [...waits, `${where}, ${rule}${place}.`];
}

function targetInWords(
  { floorEM, targetTokens }: ProfileTarget,
  { em, tokens, met, boldness }: NonNullable<ProfileTarget['expected']>,
): string {
  const asked = [
    ...(floorEM > 0 ? [`at least ${formatShare(floorEM)} matches a request`] : []),
    ...(targetTokens > 0 ? [`at most ${targetTokens} tokens a request`] : []),
  ].join(' and ');
  const verdict = met ? 'is expected to have' : 'comes closest, with';
  const certified = boldness > 1 ? 'not certified' : "within the preset's certified points";
  return `The settings ask for ${asked}: the point in force everywhere ${verdict} ${formatShare(em)} matches and ${tokens.toFixed(1)} tokens a request (boldness ${boldness.toFixed(2)}; ${certified}).`;
}

function contextWords(context: ProfileContext, everywhere: ProfileThresholds | null): ContextWords {
  const { language, kind, gain } = context;
  return {
    place: `${language}, ${kind.replace('-', ' ')}`,
    thresholds: thresholdsInWords(context, everywhere),
    labels: countsInWords(context),
    gain: gainInWords(gain),
  };
}

function thresholdsInWords(own: ProfileThresholds, everywhere: ProfileThresholds | null): string {
  if (!isMoved(own)) return "at the preset's own point";
  if (everywhere && !isMoved(own, everywhere)) return 'as everywhere';
  return `early from ${formatShare(own.tauDone)}, given up below ${formatShare(own.tauAlive)} (boldness ${own.boldness.toFixed(2)})`;
}

function gainInWords({ matches, tokens }: ContextGain): string {
  if (matches.value === null) return notEnough(matches, 'unanchored labels');
  const of = `n = ${formatCount(matches.n)}`;
  return `${intervalOf(matches, 100, 1)} matches in 100 requests and ${intervalOf(tokens, 1, 2)} tokens a request (${of}, each label judged before it was learned from)`;
}

function intervalOf({ value, low, high }: Estimate, factor: number, digits: number): string {
  const signed = (x: number) => `${x >= 0 ? '+' : '−'}${Math.abs(x).toFixed(digits)}`;
  const shown = (x: number | null) => signed(factor * (x ?? 0));
  return `${shown(value)} [${shown(low)}, ${shown(high)}]`;
}

function countsInWords({ unanchored, anchored, clicks }: LabelCounts): string {
  const said = [
    ...(clicks['too-short'] > 0 ? [`${formatCount(clicks['too-short'])} "Too Short"`] : []),
    ...(clicks['too-long'] > 0 ? [`${formatCount(clicks['too-long'])} "Too Long"`] : []),
    ...(clicks.good > 0 ? [`${formatCount(clicks.good)} "Good"`] : []),
  ];
  const labels = [
    ...(unanchored > 0 ? [`${plural(unanchored, 'label')} without an offer`] : []),
    ...(anchored > 0 ? [`${plural(anchored, 'label')} after an offer`] : []),
  ];
  return [...labels, ...said].join(', ') || 'no labels';
}

/** What moves a point, the preset's own unless another is named, by less does not show. */
function isMoved({ boldness }: ProfileThresholds, from = { boldness: 1 }): boolean {
  return Math.abs(boldness - from.boldness) >= 0.01;
}

function pairInWords({ tauDone, tauAlive }: ProfileThresholds): string {
  return `${formatShare(tauDone)} and ${formatShare(tauAlive)}`;
}

function plural(n: number, noun: string, nouns = `${noun}s`): string {
  return `${formatCount(n)} ${n === 1 ? noun : nouns}`;
}
