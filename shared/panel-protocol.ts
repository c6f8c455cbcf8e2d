import type { Stats } from './stats.ts';

/** Extension -> savings panel. */
export type ToPanel =
  | {
      readonly tag: 'stats';
      readonly stats: Stats;
      readonly window: PanelWindow;
      readonly settings: PanelSettings;
    }
  | { readonly tag: 'unavailable'; readonly problem: string };

/** The settings that the panel speaks of. */
export interface PanelSettings {
  readonly model: string;
}

/** Savings panel -> extension. */
export type FromPanel =
  | { readonly tag: 'ready' }
  | { readonly tag: 'choose-window'; readonly window: PanelWindow }
  | {
      readonly tag: 'run';
      readonly command: 'export' | 'delete' | 'doctor' | 'budget' | 'experiment';
    };

export const PANEL_WINDOWS = ['today', '7 days', '30 days', 'all'] as const;
export type PanelWindow = (typeof PANEL_WINDOWS)[number];
