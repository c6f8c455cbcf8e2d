import type { ContextKind } from '../stopping/trace.ts';
import type { Ledger } from './records.ts';

export interface TrackerPorts {
  readonly ledger: Pick<Ledger, 'saveOpenEpisode' | 'openEpisodes' | 'settleEpisode'>;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** Uniform in [0, 1). */
  readonly random: () => number;
  readonly settings: () => {
    readonly controlRate: number;
    readonly withheldRate: number;
    /** The probability with which a request's stop before the first line break is followed to that. */
    readonly newlineRate: number;
    /** Whether code may be kept after the episode has settled. */
    readonly storeCode: boolean;
    /** True where the user is simulated; every row says so. */
    readonly simulated?: boolean;
  };
  /** Called after each episode that settled. */
  readonly settled?: () => void;
}

export interface OpenedDocument {
  readonly uri: string;
  readonly text: string;
}

/** A document as a request read it, and the UTF-16 offset of the cursor in it. */
export interface DocumentPlace {
  readonly uri: string;
  readonly text: string;
  readonly offset: number;
}

/** The place of a request that is about to reach the engine. */
export interface EpisodePlace extends DocumentPlace {
  /** False where somebody asked by a command: nothing is withheld then. */
  readonly mayWithhold: boolean;
  readonly languageId: string;
  readonly kind: ContextKind;
}

/** A suggestion that went to the editor in time. */
export interface OfferedSuggestion {
  readonly episodeId: string;
  readonly suggestionId: string;
  readonly requestId: string;
  /** UTF-16 offset of the request's cursor. */
  readonly offset: number;
  readonly text: string;
  /** Characters after the cursor that accepting replaces; 0 by default. */
  readonly replaceAfter?: number;
  /** Of a further candidate: the suggestion beside which it is offered. */
  readonly beside?: string;
}
