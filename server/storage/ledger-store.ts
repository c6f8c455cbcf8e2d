import type { Comparison } from '../../shared/learned.ts';
import type {
  ControlTail,
  Ledger,
  MemoryAnswer,
  OpenEpisode,
  RequestClock,
  RequestCost,
  RequestRecord,
  SettledEpisode,
  ShadowTail,
  SpanTokens,
} from '../outcomes/records.ts';
import type { EvidenceRow } from '../learning/evidence-rows.ts';
import type { ExperimentRecord } from '../learning/experiment/records.ts';
import type { CalibrationRecord, RecordedSpan } from '../learning/calibrate/records.ts';
import type { StoredState } from '../learning/policy-states.ts';
import { CalibrationStore } from './calibration-store.ts';
import { ComparisonStore } from './comparison-store.ts';
import type { StoreDatabase } from './database.ts';
import { EpisodeStore } from './episode-store.ts';
import { EvidenceStore } from './evidence-store.ts';
import { ExperimentStore } from './experiment-store.ts';
import { PolicyStateStore } from './policy-state-store.ts';
import { RequestStore } from './request-store.ts';
import type { WriteQueue } from './write-queue.ts';

/** One write as data, so that it can wait in memory or in a file. */
export type Write =
  | { readonly table: 'requests'; readonly row: RequestRecord }
  | { readonly table: 'control_tails'; readonly row: ControlTail }
  | { readonly table: 'shadow_tails'; readonly row: ShadowTail }
  | { readonly table: 'span_tokens'; readonly row: SpanTokens }
  | { readonly table: 'clocks'; readonly row: RequestClock }
  | { readonly table: 'memory_answers'; readonly row: MemoryAnswer }
  | { readonly table: 'request_costs'; readonly row: RequestCost }
  | { readonly table: 'open_episodes'; readonly row: OpenEpisode }
  | { readonly table: 'episodes'; readonly row: SettledEpisode }
  | { readonly table: 'policy_state'; readonly row: StoredState }
  | { readonly table: 'evidence'; readonly row: EvidenceRow }
  | { readonly table: 'experiments'; readonly row: ExperimentRecord }
  | { readonly table: 'calibration_spans'; readonly row: RecordedSpan }
  | { readonly table: 'calibrations'; readonly row: CalibrationRecord }
  | { readonly table: 'comparisons'; readonly row: Comparison };

/** The stores of tables that are read as well as written. */
export interface ReadStores {
  readonly states: PolicyStateStore;
  readonly evidence: EvidenceStore;
  readonly experiments: ExperimentStore;
  readonly calibrations: CalibrationStore;
  readonly comparisons: ComparisonStore;
}

export function readStores(database: StoreDatabase): ReadStores {
  return {
    states: new PolicyStateStore(database),
    evidence: new EvidenceStore(database),
    experiments: new ExperimentStore(database),
    calibrations: new CalibrationStore(database),
    comparisons: new ComparisonStore(database),
  };
}

/** Carries out one write in a transaction of its own. */
export function writer(
  database: StoreDatabase,
  owner: string,
  { states, evidence, experiments, calibrations, comparisons }: ReadStores,
): (write: Write) => void {
  const requests = new RequestStore(database);
  const episodes = new EpisodeStore(database, owner);
  return (write) => {
    database.write(() => {
      switch (write.table) {
        case 'requests':
          requests.insertRequest(write.row);
          break;
        case 'control_tails':
          requests.insertTail(write.row);
          break;
        case 'shadow_tails':
          requests.insertShadow(write.row);
          break;
        case 'span_tokens':
          requests.insertSpanTokens(write.row);
          break;
        case 'clocks':
          requests.insertClock(write.row);
          break;
        case 'memory_answers':
          requests.insertMemoryAnswer(write.row);
          break;
        case 'request_costs':
          requests.insertCost(write.row);
          break;
        case 'open_episodes':
          episodes.save(write.row);
          break;
        case 'episodes':
          episodes.settle(write.row);
          break;
        case 'policy_state':
          states.save(write.row);
          break;
        case 'evidence':
          evidence.save(write.row);
          break;
        case 'experiments':
          experiments.save(write.row);
          break;
        case 'calibration_spans':
          calibrations.saveSpan(write.row);
          break;
        case 'calibrations':
          calibrations.save(write.row);
          break;
        case 'comparisons':
          comparisons.save(write.row);
          break;
      }
    });
  };
}

/** The port through which outcomes and pipeline write; no call of it throws. */
export class LedgerStore implements Ledger {
  readonly #queue: WriteQueue<Write>;
  readonly #takeOver: () => OpenEpisode[];
  readonly #settled: () => void;

  constructor(queue: WriteQueue<Write>, takeOver: () => OpenEpisode[], settled: () => void) {
    this.#queue = queue;
    this.#takeOver = takeOver;
    this.#settled = settled;
  }

  recordRequest(row: RequestRecord): void {
    this.#queue.push({ table: 'requests', row });
  }

  recordControlTail(row: ControlTail): void {
    this.#queue.push({ table: 'control_tails', row });
  }

  recordShadowTail(row: ShadowTail): void {
    this.#queue.push({ table: 'shadow_tails', row });
  }

  recordSpanTokens(row: SpanTokens): void {
    this.#queue.push({ table: 'span_tokens', row });
  }

  recordClock(row: RequestClock): void {
    this.#queue.push({ table: 'clocks', row });
  }

  recordMemoryAnswer(row: MemoryAnswer): void {
    this.#queue.push({ table: 'memory_answers', row });
  }

  recordCost(row: RequestCost): void {
    this.#queue.push({ table: 'request_costs', row });
  }

  saveOpenEpisode(row: OpenEpisode): void {
    this.#queue.push({ table: 'open_episodes', row });
  }

  openEpisodes(): OpenEpisode[] {
    return this.#takeOver();
  }

  settleEpisode(row: SettledEpisode): void {
    this.#queue.push({ table: 'episodes', row });
    this.#settled();
  }
}
