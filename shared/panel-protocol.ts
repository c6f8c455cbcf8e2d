import type { Comparison, Profile } from './learned.ts';
import type { Preset, Settings } from './settings.ts';
import type { Stats } from './stats.ts';

/** Extension -> savings panel. */
export type ToPanel =
  | {
      readonly tag: 'stats';
      readonly stats: Stats;
      readonly window: PanelWindow;
      readonly settings: PanelSettings;
      readonly learned: Learned;
    }
  | { readonly tag: 'unavailable'; readonly problem: string };

/** Whatever time the panel shows; null where there is nothing, or nothing can be told now. */
export interface Learned {
  readonly profile: Profile | null;
  readonly comparison: Comparison | null;
}

/** The settings that the panel shows and changes. */
export interface PanelSettings {
  readonly model: string;
  readonly preset: Preset;
  /** Of all languages, then of each that was used or has its own. */
  readonly lengths: readonly LanguageLength[];
}

export interface LanguageLength {
  /** Null for all languages that have none of their own. */
  readonly language: string | null;
  readonly length: Settings['multiLine'];
  readonly isOwn: boolean;
}

/** Savings panel -> extension. */
export type FromPanel =
  | { readonly tag: 'ready' }
  | { readonly tag: 'choose-window'; readonly window: PanelWindow }
  | { readonly tag: 'set-preset'; readonly preset: Preset }
  | {
      readonly tag: 'set-length';
      readonly language: string | null;
      readonly length: Settings['multiLine'];
    }
  | { readonly tag: 'set-model'; readonly model: string }
  | {
      readonly tag: 'save';
      readonly format: SavedFormat;
      /** Text; of a picture its bytes, in base64. */
      readonly content: string;
    }
  | { readonly tag: 'run'; readonly command: PanelCommand };

export const PANEL_COMMANDS = [
  'export',
  'delete',
  'doctor',
  'budget',
  'experiment',
  'compare',
  'profile',
] as const;
export type PanelCommand = (typeof PANEL_COMMANDS)[number];

export const PANEL_WINDOWS = ['today', '7 days', '30 days', 'all'] as const;
export type PanelWindow = (typeof PANEL_WINDOWS)[number];

export const SAVED_FORMATS = ['png', 'csv', 'json'] as const;
export type SavedFormat = (typeof SAVED_FORMATS)[number];

/** From short to long. */
export const LENGTHS = [
  'never',
  'auto',
  'always',
] as const satisfies readonly Settings['multiLine'][];
