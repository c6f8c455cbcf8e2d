import type { ComparisonRecords } from '../comparison/records.ts';
import { dayOf } from '../figures/days.ts';
import type { FigureRows } from '../figures/rows.ts';
import type { Ledger, OpenEpisode } from '../outcomes/records.ts';
import type { EvidenceRows } from '../learning/evidence-rows.ts';
import type { ExperimentRecords } from '../learning/experiment/records.ts';
import type { CalibrationRecords } from '../learning/calibrate/records.ts';
import type { PolicyStates } from '../learning/policy-states.ts';
import { StoreDatabase, type DatabaseOptions, type StorageLog } from './database.ts';
import { EpisodeStore } from './episode-store.ts';
import { exportRows, TABLES } from './export.ts';
import { LedgerStore, readStores, writer, type ReadStores, type Write } from './ledger-store.ts';
import { DayFigures } from './day-figures.ts';
import { answerRows, engineMs, recentRows, shadowTokens, spanTokens } from './figure-rows.ts';
import { measuringCosts, savingsRows } from './savings-rows.ts';
import { spanSince } from './span.ts';
import { newOwner } from './owner.ts';
import { deleteBesides, takePending, writePending } from './pending-file.ts';
import { deleteOld } from './retention.ts';
import { obstacleOf, StorageError } from './storage-error.ts';
import { WriteQueue } from './write-queue.ts';

/** How long after an episode settled its code may still stand in the write-ahead log, at most. */
const SCRUB_MS = 5_000;
/** What a user's own command or the end of the process may wait for another process's lock. */
const PATIENCE_MS = 2_000;

export interface Deleted {
  readonly rows: number;
  /** A reader still holds what was deleted: it is on the disk until that reader ends. */
  readonly isHeld: boolean;
}

/** All that is remembered, in one SQLite file that several processes may share. */
export interface Store {
  /** Where rows go; no call of it throws. */
  readonly ledger: Ledger;
  /** What learners know. */
  readonly policyStates: PolicyStates;
  /** Labelled traces. */
  readonly evidence: EvidenceRows;
  readonly experiments: ExperimentRecords;
  /** Spans of workspaces, and what calibrations made of them. */
  readonly calibrations: CalibrationRecords;
  readonly comparisons: ComparisonRecords;
  /** One sentence where rows wait, were lost, or the file was damaged; null when all is well. */
  readonly problem: string | null;
  /** As `problem`, once it was tried whether the file can be opened now. */
  examine(): string | null;
  /** What the figures are computed from. Every call of it may throw a StorageError. */
  readonly figures: FigureRows;
  /** Writes all rows as JSON to `path`; returns how many. Rejects with what the disk says. */
  exportTo(path: string): Promise<number>;
  /** Deletes every row and every file with rows beside the database. @throws StorageError */
  deleteAll(): Deleted;
  /** Looks whether another process has deleted all data, and tells whoever gave `emptied`. */
  heedDeletion(): void;
  /** Deletes what is older, as far as that is possible now. */
  applyRetention(days: number, now: number): void;
  /** Writes what waits, and empties the write-ahead log; true when both are done. */
  flush(): boolean;
  /** Writes what waits, into a file beside the database if need be. */
  close(): void;
}

/**
 * The file is opened at its first use, not here.
 * @throws StorageError `node-too-old`
 */
export function openStore(path: string, options: DatabaseOptions): Store {
  return new SqliteStore(path, options);
}

class SqliteStore implements Store {
  readonly ledger: Ledger;
  readonly policyStates: PolicyStates;
  readonly evidence: EvidenceRows;
  readonly experiments: ExperimentRecords;
  readonly calibrations: CalibrationRecords;
  readonly comparisons: ComparisonRecords;
  readonly figures: FigureRows = {
    since: (since, now) => this.#readingAll(() => this.#days.since(since, now)),
    savings: (since) => this.#readingAll(() => savingsRows(this.#database, spanSince(since))),
    engineMs: (since) => this.#readingAll(() => engineMs(this.#database, spanSince(since))),
    answerMs: (since) => this.#readingAll(() => answerRows(this.#database, spanSince(since))),
    measuringCosts: () => this.#readingAll(() => measuringCosts(this.#database)),
    spanTokens: (since) => this.#readingAll(() => spanTokens(this.#database, spanSince(since))),
    shadowTokens: (since) => this.#readingAll(() => shadowTokens(this.#database, since)),
    days: (since, now) =>
      this.#readingAll(() =>
        this.#days.parts(since, now).map(({ begins, rows }) => dayOf(begins, rows)),
      ),
    recent: (count) => this.#readingAll(() => recentRows(this.#database, count)),
  };
  readonly #database: StoreDatabase;
  readonly #days: DayFigures;
  readonly #queue: WriteQueue<Write>;
  readonly #log: StorageLog;
  readonly #owner = newOwner();
  #scrubbing: NodeJS.Timeout | null = null;
  readonly #stores: ReadStores;
  #tookPending = false;

  constructor(path: string, options: DatabaseOptions) {
    const { log, emptied } = options;
    const database = new StoreDatabase(path, {
      ...options,
      emptied: () => {
        this.#queue.takeAll();
        emptied?.();
      },
    });
    this.#database = database;
    this.#days = new DayFigures(database);
    this.#log = log;
    this.#stores = readStores(database);
    const { states, evidence, experiments, calibrations, comparisons } = this.#stores;
    this.#queue = new WriteQueue<Write>({
      apply: writer(database, this.#owner, this.#stores),
      recover: (error) => database.recover(error),
      log,
    });
    this.ledger = new LedgerStore(
      this.#queue,
      () => this.#takeOver(),
      () => this.#scrubSoon(),
    );
    this.policyStates = {
      load: (id) =>
        this.#reading(() => {
          this.#queue.drain();
          return states.load(id);
        }),
      save: (row) => this.#queue.push({ table: 'policy_state', row }),
      update: (id, change) =>
        this.#reading(() => {
          // What waits would come later than what is saved now, and be older.
          if (!this.#queue.drain()) throw new StorageError('unavailable', this.problem ?? '');
          database.write(() => {
            const after = change(states.load(id));
            if (after) states.save(after);
          });
        }),
    };
    this.evidence = {
      followed: (model, answers, limit) =>
        this.#readingAll(() => evidence.followed(model, answers, limit)),
      count: (model, answers, since) =>
        this.#readingAll(() => evidence.count(model, answers, since)),
      save: (row) => this.#queue.push({ table: 'evidence', row }),
    };
    this.experiments = {
      load: (id) => this.#readingAll(() => experiments.load(id)),
      save: (row) => this.#queue.push({ table: 'experiments', row }),
    };
    this.calibrations = {
      spans: (key, answers) => this.#readingAll(() => calibrations.spans(key, answers)),
      of: (key) => this.#readingAll(() => calibrations.of(key)),
      spansOf: (model, answers) => this.#readingAll(() => calibrations.spansOf(model, answers)),
      newest: (model) => this.#readingAll(() => calibrations.newest(model)),
      lastOutcome: (model) => this.#readingAll(() => calibrations.lastOutcome(model)),
      digestOf: (model, engine) => this.#reading(() => calibrations.digestOf(model, engine)),
      refits: (engine) => this.#readingAll(() => calibrations.refits(engine)),
      countSpans: (model, answers, since) =>
        this.#readingAll(() => calibrations.countSpans(model, answers, since)),
      dropWeights: (at) => this.#readingAll(() => this.#dropWeights(at)),
      saveSpan: (row) => this.#queue.push({ table: 'calibration_spans', row }),
      save: (row) => this.#queue.push({ table: 'calibrations', row }),
    };
    this.comparisons = {
      last: () => this.#readingAll(() => comparisons.last()),
      save: (row) => this.#queue.push({ table: 'comparisons', row }),
    };
  }

  get problem(): string | null {
    return this.#queue.problem ?? this.#database.problem;
  }

  examine(): string | null {
    try {
      this.#reading(() => this.#database.open);
      return this.problem;
    } catch (error) {
      return error instanceof Error ? error.message : describe(error);
    }
  }

  async exportTo(path: string): Promise<number> {
    const reader = this.#readingAll(() => this.#database.reader());
    try {
      return await exportRows(reader, path);
    } finally {
      reader.close();
    }
  }

  deleteAll(): Deleted {
    this.#queue.takeAll();
    return this.#reading(() =>
      this.#database.patiently(PATIENCE_MS, () => {
        const { open } = this.#database;
        let rows = 0;
        this.#database.empty(() => {
          rows = 0;
          for (const table of TABLES.toReversed()) {
            rows += open.prepare(`DELETE FROM ${table}`).run().changes;
          }
        });
        this.#stores.states.forget();
        this.#stores.calibrations.forget();
        deleteBesides(this.#database.path);
        const isHeld = !this.#compact();
        if (isHeld) this.#scrubSoon();
        return { rows, isHeld };
      }),
    );
  }

  heedDeletion(): void {
    try {
      this.#database.heedDeletion();
    } catch (error) {
      this.#log.warn(`whether data were deleted could not be read: ${describe(error)}`);
    }
  }

  applyRetention(days: number, now: number): void {
    try {
      if (deleteOld(this.#database, days, now)) return;
      this.#log.warn(
        'old rows are kept: the clock is more than 30 days ahead of where it was; if that is right, they are deleted a week from now',
      );
    } catch (error) {
      this.#database.recover(error);
      this.#log.warn(`old rows could not be deleted now: ${describe(error)}`);
    }
  }

  #dropWeights(at: number): boolean {
    let dropped = false;
    this.#database.write(() => (dropped = this.#stores.calibrations.dropWeights(at)));
    return dropped;
  }

  flush(): boolean {
    return this.#queue.drain() && this.#scrub();
  }

  close(): void {
    if (this.#scrubbing) clearTimeout(this.#scrubbing);
    try {
      if (this.#database.isOpen) this.#database.patiently(PATIENCE_MS, () => this.flush());
      else this.#queue.drain();
    } catch (error) {
      this.#log.warn(`the database could not be flushed: ${describe(error)}`);
    }
    const left = this.#queue.takeAll();
    this.#database.close();
    if (left.length === 0) return;
    try {
      writePending(this.#database.path, left, this.#database.deletions);
    } catch {
      this.#log.warn(`${left.length} rows were lost: they could not be written anywhere`);
    }
  }

  /** What earlier processes left: rows that they could not write, episodes that they held. */
  #takeOver(): OpenEpisode[] {
    try {
      this.#reading(() => this.#database.open);
      this.#takePending();
      this.#queue.drain();
      this.#scrubSoon();
      let episodes: OpenEpisode[] = [];
      this.#database.write(() => {
        episodes = new EpisodeStore(this.#database, this.#owner).takeOver(Date.now());
      });
      return episodes;
    } catch (error) {
      this.#database.recover(error);
      this.#log.warn(`open episodes could not be read: ${describe(error)}`);
      return [];
    }
  }

  #takePending(): void {
    if (this.#tookPending) return;
    this.#tookPending = true;
    const { path, deletions } = this.#database;
    for (const row of takePending(path, deletions)) this.#queue.push(row as Write);
  }

  /** As `#reading`, once what waits was written. */
  #readingAll<T>(work: () => T): T {
    return this.#reading(() => {
      this.#queue.drain();
      return work();
    });
  }

  /** Tries again after a repair; what still fails is said in a sentence. */
  #reading<T>(work: () => T): T {
    try {
      return work();
    } catch (error) {
      if (this.#database.recover(error)) return work();
      if (error instanceof StorageError || obstacleOf(error) === '') throw error;
      throw new StorageError(
        'unavailable',
        `The database ${this.#database.path} can't be used now (${obstacleOf(error)}): is it locked, its folder not to be written, or the disk full?`,
        { cause: error },
      );
    }
  }

  /** True where nothing that was deleted is left on the disk. */
  #compact(): boolean {
    try {
      this.#database.open.exec('VACUUM');
      return this.#scrub();
    } catch (error) {
      this.#log.warn(`the emptied database could not be made smaller now: ${describe(error)}`);
      return false;
    }
  }

  #scrubSoon(): void {
    this.#scrubbing ??= setTimeout(() => {
      this.#scrubbing = null;
      if (!this.flush()) this.#scrubSoon();
    }, SCRUB_MS).unref();
  }

  /** Deleted code is zeroed in the database; here it goes from the write-ahead log, too. */
  #scrub(): boolean {
    try {
      const [result] = this.#database.open.pragma('wal_checkpoint(TRUNCATE)') as {
        busy: number;
      }[];
      return result?.busy === 0;
    } catch (error) {
      this.#database.recover(error);
      return false;
    }
  }
}

function describe(error: unknown): string {
  return obstacleOf(error) || (error instanceof Error ? error.message : 'unknown');
}
