import {
  NotificationType,
  ProgressType,
  RequestType,
  RequestType0,
  type ProgressToken,
} from 'vscode-languageserver-protocol';
import type {
  CalibrationProgress,
  CalibrationReport,
  Comparison,
  ComparisonProgress,
  Feedback,
  Profile,
} from './learned.ts';
import type { Experiment, ExperimentEndpoint } from './stats.ts';

/** The messages about what is learned: experiments, feedback, the profile, comparison and calibration. */

/** An arm that leaves out a setting of the other has today's value; `b` is the candidate. */
export interface StartExperimentParams {
  readonly a: Readonly<Record<string, string | number>>;
  readonly b: Readonly<Record<string, string | number>>;
  /** On which the verdict falls; `any` is the first that decides, at a higher bar. */
  readonly endpoint: ExperimentEndpoint | 'any';
}

export const StartExperimentRequest = {
  method: 'shortstop/experiment/start',
  type: new RequestType<StartExperimentParams, Experiment, void>('shortstop/experiment/start'),
} as const;

export const ExperimentRequest = {
  method: 'shortstop/experiment',
  type: new RequestType0<Experiment | null, void>('shortstop/experiment'),
} as const;

export const StopExperimentRequest = {
  method: 'shortstop/experiment/stop',
  type: new RequestType0<Experiment, void>('shortstop/experiment/stop'),
} as const;

/** The settings of the better arm, for the client to write. */
export type AdoptedSettings = Readonly<Record<string, string | number>>;

export const AdoptExperimentRequest = {
  method: 'shortstop/experiment/adopt',
  type: new RequestType0<AdoptedSettings, void>('shortstop/experiment/adopt'),
} as const;

/** The same spans of a folder's own code through each model, while nobody types. */
export interface CompareParams {
  /** Uri of a folder in a git checkout, on the daemon's machine. */
  readonly folder: string;
  readonly models: readonly string[];
  /** How many spans; 60 if left out. */
  readonly tasks?: number;
  readonly partialResultToken: ProgressToken;
}

export const CompareRequest = {
  method: 'shortstop/compare',
  type: new RequestType<CompareParams, Comparison, void>('shortstop/compare'),
  progress: new ProgressType<ComparisonProgress>(),
} as const;

/** The last comparison; null where there was none. */
export const ComparisonRequest = {
  method: 'shortstop/comparison',
  type: new RequestType0<Comparison | null, void>('shortstop/comparison'),
} as const;

/** What the user says of the suggestion that was offered last in this window. */
export interface FeedbackParams {
  readonly said: Feedback;
}

export interface FeedbackResult {
  /** One sentence: what it changed, or why nothing. */
  readonly message: string;
}

export const FeedbackRequest = {
  method: 'shortstop/feedback',
  type: new RequestType<FeedbackParams, FeedbackResult, void>('shortstop/feedback'),
} as const;

export const ProfileRequest = {
  method: 'shortstop/profile',
  type: new RequestType0<Profile, void>('shortstop/profile'),
} as const;

/** Records spans of a folder's own code while nobody types, and certifies the model on them. Cancelling keeps what is recorded. */
export interface CalibrateParams {
  /** Uri of a folder in a git checkout, on the daemon's machine. */
  readonly folder: string;
  /** How many spans in all, those recorded before included. */
  readonly spans?: number;
  readonly partialResultToken: ProgressToken;
}

export const CalibrateRequest = {
  method: 'shortstop/calibrate',
  type: new RequestType<CalibrateParams, CalibrationReport, void>('shortstop/calibrate'),
  progress: new ProgressType<CalibrationProgress>(),
} as const;

/** How far the calibration under way is; null where there is none. */
export const CalibrationRequest = {
  method: 'shortstop/calibration',
  type: new RequestType0<CalibrationProgress | null, void>('shortstop/calibration'),
} as const;

/** Client -> daemon: hold the calibration under way, or go on with it. */
export interface PauseCalibrationParams {
  readonly paused: boolean;
}

export const PauseCalibrationNotification = {
  method: 'shortstop/pauseCalibration',
  type: new NotificationType<PauseCalibrationParams>('shortstop/pauseCalibration'),
} as const;

/** What was learned of the user (guard, point, profile), as text to keep; numbers, no code. */
export interface LearnedText {
  readonly text: string;
  /** Those whose state it has. */
  readonly learners: readonly string[];
}

export const ExportLearningRequest = {
  method: 'shortstop/exportLearning',
  type: new RequestType0<LearnedText, void>('shortstop/exportLearning'),
} as const;

/** In the place of what was learned here. */
export interface ImportLearningParams {
  /** As `shortstop/exportLearning` gave it. */
  readonly text: string;
}

export interface ImportLearningResult {
  readonly learners: readonly string[];
  /** Of another version, or of nobody known here: left out. */
  readonly refused: readonly string[];
}

export const ImportLearningRequest = {
  method: 'shortstop/importLearning',
  type: new RequestType<ImportLearningParams, ImportLearningResult, void>(
    'shortstop/importLearning',
  ),
} as const;

/** What was learned of the user is forgotten, for every window; labels and figures stay. */
export interface ResetLearningResult {
  readonly learners: readonly string[];
}

export const ResetLearningRequest = {
  method: 'shortstop/resetLearning',
  type: new RequestType0<ResetLearningResult, void>('shortstop/resetLearning'),
} as const;
