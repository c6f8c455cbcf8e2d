import type { Estimate } from './stats.ts';
import type { Preset } from './settings.ts';

/** What was learned of the user, and what calibrating and comparing models found. */

export interface ComparisonProgress {
  readonly model: string;
  /** Spans that it has answered. */
  readonly done: number;
  readonly of: number;
}

/** Of one model over all spans. */
export interface ComparedModel {
  readonly model: string;
  readonly digest: string;
  readonly quantisation: string;
  readonly bytes: number;
  readonly em: Estimate;
  /** Mean up to the stop. */
  readonly tokens: number;
  /** Medians from asking the engine, milliseconds. */
  readonly firstTokenMs: number;
  readonly ms: number;
  /** To the first token of the very first request, which may load the model. */
  readonly loadMs: number;
  /** Mean of a request. */
  readonly joules: number;
  /** False: at an assumed power. */
  readonly isEnergyMeasured: boolean;
  /** No other model is as good in matches, time and energy, and better in one of them. */
  readonly isParetoBest: boolean;
}

export interface Comparison {
  /** When it ended, milliseconds since the epoch. */
  readonly at: number;
  /** Places that every model has answered. */
  readonly tasks: number;
  /** Places beside these at which the engine gave no answer, asked twice. */
  readonly leftOut: number;
  readonly models: readonly ComparedModel[];
  /** The fastest of those whose matches can't be told from the best one's. */
  readonly recommended: string | null;
  readonly why: string;
}

/** Memory in bytes; null where it is the machine's own. */
export interface GpuOfMachine {
  readonly name: string;
  readonly memory: number | null;
}

/** A model that this machine may run. */
export interface ModelChoice {
  readonly name: string;
  readonly bytes: number;
  readonly isInstalled: boolean;
  /** Into the memory of the GPU, or into what the machine can spare. */
  readonly fits: boolean;
  /** For a line of eight tokens; null where no model was measured yet. */
  readonly lineMs: number | null;
  /** False: by the speed and size of the model that was measured. */
  readonly isMeasured: boolean;
}

/** Which model suits the machine that the engine runs on, where that is this one. */
export interface ModelAdvice {
  /** Bytes. */
  readonly memory: number;
  readonly gpu: GpuOfMachine | null;
  /** Small to large. */
  readonly choices: readonly ModelChoice[];
  readonly recommended: string;
}

export const FEEDBACK = ['too-short', 'too-long', 'good'] as const;

export type Feedback = (typeof FEEDBACK)[number];

export interface LabelCounts {
  /** After which nothing was offered, and of the workspace's own code. */
  readonly unanchored: number;
  /** After an offer: each counts half. */
  readonly anchored: number;
  readonly clicks: Readonly<Record<Feedback, number>>;
}

/** The thresholds in force somewhere, as shares. */
export interface ProfileThresholds {
  /** How far the preset goes there: 0 gives nothing up, 1 is its own point, beyond 1 nothing is certified. */
  readonly boldness: number;
  /** From this probability on a text is served before its line ends. */
  readonly tauDone: number;
  /** Below it a request is given up. */
  readonly tauAlive: number;
}

export interface ProfileContext extends LabelCounts, ProfileThresholds {
  readonly language: string;
  readonly kind: string;
  readonly gain: ContextGain;
}

/** A request, of a context's own thresholds in place of those of all contexts: on labels that they had not seen. */
export interface ContextGain {
  readonly matches: Estimate;
  readonly tokens: Estimate;
}

export interface ProfileTarget {
  readonly floorEM: number;
  readonly targetTokens: number;
  /** Of the point that it leads to; null where too little is known to choose one. */
  readonly expected: {
    readonly em: number;
    readonly tokens: number;
    readonly met: boolean;
    readonly boldness: number;
  } | null;
}

/** What is to be expected of a preset, a request. */
export interface PresetReading {
  readonly preset: Exclude<Preset, 'custom'>;
  readonly tokens: number;
  /** A share, of all requests. */
  readonly matches: number;
  /** Of the user's own that it rests on, beside what ships with the model's weights. */
  readonly ownTraces: number;
}

/** What the last refit of the learned policy on the user's own traces came to. */
export interface Refit {
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** `waiting`: there are too few traces yet; `reset`: by the user, since. */
  readonly ended: 'replaced' | 'kept' | 'waiting' | 'reset';
  /** In words: what is certified, why what was in force stays so, or what is waited for. */
  readonly why: string;
  /** After which nothing was offered. */
  readonly traces: number;
  /** Balanced, on traces that no weights were fitted on; `after` is null where what was in force stays so. */
  readonly heldOut: {
    readonly n: number;
    readonly before: CalibrationReading;
    readonly after: CalibrationReading | null;
  } | null;
}

/** What was learned of this user, for the model and the preset in the settings. */
export interface Profile {
  readonly model: string;
  readonly preset: Preset;
  /** `shortstop.learning.enabled` is off: nothing of it acts. */
  readonly paused: boolean;
  readonly labels: LabelCounts;
  readonly workspaces: number;
  /** Of the preset, before anything was learned; null under `custom`. */
  readonly shipped: ProfileThresholds | null;
  /** Where nothing is known of the context; null under `custom`. */
  readonly everywhere: ProfileThresholds | null;
  /** Null where the user asks for nothing, or under `custom`. */
  readonly target: ProfileTarget | null;
  /** The most patient first; empty where too little is known of the model. */
  readonly presets: readonly PresetReading[];
  /** Those with most labels first, as they are in this window's workspace; empty under `custom`. */
  readonly contexts: readonly ProfileContext[];
  /** Over all contexts. */
  readonly gain: ContextGain;
  /** What is certified of the preset, or why nothing is, in words; null under `custom`, or before the model was asked. */
  readonly certificate: string | null;
  /** Null before the first look at whether there are enough traces. */
  readonly refit: Refit | null;
}

export interface CalibrationProgress {
  /** `waiting`: somebody types, or the engine is busy. */
  readonly state: 'cutting' | 'recording' | 'waiting' | 'paused' | 'fitting';
  /** Spans recorded, those of earlier runs included. */
  readonly recorded: number;
  /** How many there are to be; 0 while they are cut. */
  readonly of: number;
  /** Of those recorded, where the reference matches: labels. */
  readonly matches: number;
  /** Milliseconds at the pace so far; null before the first. */
  readonly remainingMs: number | null;
}

/** Mean tokens a request and matches, over `heldOut.n` spans. */
export interface CalibrationReading {
  readonly tokens: number;
  readonly matches: number;
}

export interface CalibratedPreset {
  readonly preset: 'faithful' | 'balanced' | 'saver';
  readonly tauDone: number;
  readonly tauAlive: number;
  /** What is certified of it, or why nothing is; in words. */
  readonly certificate: string;
  /** The share of the reference's matches that it loses at most; null where nothing is certified. */
  readonly alpha: number | null;
  readonly reading: CalibrationReading;
}

export interface CalibrationReport {
  readonly ended: 'calibrated' | 'cancelled';
  readonly model: string;
  readonly digest: string;
  readonly engine: string;
  /** `leftOut`: tracked sources that are private, ignored, generated, huge, or seem to hold a secret. */
  readonly spans: {
    readonly recorded: number;
    readonly of: number;
    readonly files: number;
    readonly leftOut: number;
    /** That could not be recorded: the file changed, or the engine failed. */
    readonly failed: number;
  };
  /** One sentence: what is certified, or how many labels are missing; or that it was cancelled. */
  readonly verdict: string;
  /** Reference matches, one a file, and from how many on anything can be certified; null where it was cancelled. */
  readonly labels: { readonly have: number; readonly needed: number } | null;
  /** Null where no weights were known and there are too few spans to fit any. */
  readonly weights: { readonly origin: 'own' | 'known'; readonly trainedOn: string } | null;
  readonly presets: readonly CalibratedPreset[];
  /** On spans that no weights were fitted on: balanced before, the first line break, and the reference. */
  readonly heldOut: {
    readonly n: number;
    readonly before: CalibrationReading;
    readonly firstNewline: CalibrationReading;
    readonly reference: CalibrationReading;
  } | null;
  readonly ms: number;
}
