import type { Settings } from '../../shared/settings.ts';

/** What the user allows to be spent, tokens; 0 is no limit. */
export type Limits = Settings['budget'] & {
  /** When it is asked, in milliseconds since the epoch. */
  readonly at: number;
};
