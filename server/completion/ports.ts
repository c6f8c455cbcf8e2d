import type { CompletionReport } from '../../shared/protocol.ts';
import type { Capabilities, Engine, EngineError } from '../engines/engine.ts';
import type { Decide } from '../learning/question.ts';
import type { EpisodeDraw, Ledger, RequestCost, RequestRecord } from '../outcomes/records.ts';
import type { OtherFiles } from './other-files/other-files.ts';
import type { EngineLoad, FirstToken } from './engine-load.ts';
import type { StreamPace } from './pace-drift.ts';
import type { ContextKind } from '../stopping/trace.ts';

/** Everything the pipeline needs from outside, so that tests can give it something else. */
export interface PipelinePorts {
  readonly models: {
    readonly engine: Engine;
    /** What was measured of the model, once. @throws EngineError */
    ready(model: string, signal: AbortSignal): Promise<Capabilities>;
  };
  readonly slot: {
    /**
     * Runs when the engine is free; a newer call aborts an older one. `answered` says that only a
     * tail runs on, which anything else may end.
     * @throws EngineError `cancelled` where something newer took its place
     */
    run<T>(
      signal: AbortSignal,
      work: (signal: AbortSignal, answered: () => void) => Promise<T>,
    ): Promise<T>;
  };
  readonly decide: Decide;
  /** Left out where no definitions of other files are put beside a document. */
  readonly otherFiles?: Pick<OtherFiles, 'blockFor'>;
  readonly episodes: {
    /** The episode of a request that is about to reach the engine. */
    draw(place: EpisodePlace): EpisodeDraw;
    offered(offer: Offer): void;
    /** Whether nothing is offered to who types at this place: its episode is withheld. */
    withholds(place: DocumentPlace): boolean;
    /** The request that was drawn for has its answer, or has none. */
    over(episodeId: string): void;
  };
  readonly ledger: Pick<
    Ledger,
    'recordRequest' | 'recordControlTail' | 'recordClock' | 'recordMemoryAnswer'
  >;
  readonly report: {
    /** Nothing was asked: the gate's reason, or the decision's. */
    skipped(reason: string): void;
    stopped(record: RequestRecord): void;
    /** The stream is closed; for a control request, later than the stop. */
    finished(report: CompletionReport): void;
    /** An EngineError, or a bug. */
    failed(error: unknown): void;
    /** A larger model can't be asked: the smaller one's answer was served. */
    unready(model: string, error: EngineError): void;
  };
  /** Left out where requests never wait for an engine that is slow to answer. */
  readonly load?: Pick<EngineLoad, 'isBusy'> & {
    told(first: FirstToken, now: number): void;
  };
  /** A stream has ended. Left out where nobody asks for its pace. */
  readonly paced?: (stream: StreamPace) => void;
  /** Left out where nobody asks what requests cost the machine. */
  readonly costs?: {
    /** The engine begins to work; the result is called when it has ended. */
    begin(gpuShare: number | null): () => Pick<RequestCost, 'engineMs' | 'joules' | 'meter'>;
    record(cost: RequestCost): void;
  };
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** Resolves after so many milliseconds, at once where the signal is aborted by then; never rejects. */
  readonly sleep: Sleep;
  /** False is for benchmarks: no memory, no sharing, windows of a fixed size. */
  readonly reuse: boolean;
  /** False is for benchmarks: a key that agrees with a text that was given up asks again. */
  readonly silence?: boolean;
}

/** A document as it stands, and the UTF-16 offset of the cursor in it. */
export interface DocumentPlace {
  readonly uri: string;
  readonly text: string;
  readonly offset: number;
}

export interface EpisodePlace extends DocumentPlace {
  /** False where somebody asked by a command: nothing is withheld then. */
  readonly mayWithhold: boolean;
  readonly languageId: string;
  readonly kind: ContextKind;
}

export interface Offer {
  readonly episodeId: string;
  readonly suggestionId: string;
  readonly requestId: string;
  readonly offset: number;
  readonly text: string;
  readonly replaceAfter: number;
  /** Of a further candidate: the suggestion beside which it is offered. */
  readonly beside?: string;
}

export type Sleep = (ms: number, signal?: AbortSignal) => Promise<void>;
