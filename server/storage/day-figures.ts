import { midnight } from '../figures/days.ts';
import type { WindowRows } from '../figures/rows.ts';
import { mergedRows } from '../figures/merge.ts';
import type { StoreDatabase } from './database.ts';
import { NO_ROWS, windowRows } from './figure-rows.ts';
import type { Span } from './span.ts';

/** What was begun so long ago has settled; what is written of it later drops its day. */
const OPEN_MS = 48 * 3_600_000;
const HUNDREDTHS = 100;
/** Held in memory: windows until something is written, days until there are too many. */
const [MOST_WINDOWS, MOST_DAYS] = [8, 4_000];

/** Figures of a part of a day, or of a whole one. */
export interface DayPart extends Span {
  readonly rows: WindowRows;
}

interface StoredDay {
  readonly id: number;
  readonly figures: string;
}

const NEXT = `
  SELECT min(at) AS at FROM (
    SELECT min(at) AS at FROM requests WHERE at >= @since
    UNION ALL SELECT min(started_at) FROM episodes WHERE started_at >= @since
    UNION ALL SELECT min(at) FROM memory_answers WHERE at >= @since)`;
const STORED = 'SELECT id FROM day_figures WHERE begins = @begins AND ends = @ends';
const FIGURES = 'SELECT figures FROM day_figures WHERE id = ?';
const DROP = 'DELETE FROM day_figures WHERE begins < @ends AND ends > @begins';
const STORE =
  'INSERT INTO day_figures (begins, ends, figures) VALUES (@begins, @ends, @figures) RETURNING id';
const CHANGES = 'SELECT total_changes() AS changes';

/**
 * The rows of a window, day by day of the local calendar. Those of a day that is long over are kept in `day_figures`, from
 * which triggers take them once anything is written or deleted of that day, so only the last days are read row by row.
 */
export class DayFigures {
  readonly #database: StoreDatabase;
  readonly #parsed = new Map<number, WindowRows>();
  readonly #windows = new Map<string, readonly DayPart[]>();
  readonly #merged = new WeakMap<readonly DayPart[], WindowRows>();
  #seen = '';

  constructor(database: StoreDatabase) {
    this.#database = database;
  }

  since(since: number | null, now: number): WindowRows {
    const parts = this.parts(since, now);
    const known = this.#merged.get(parts);
    if (known) return known;
    const merged = mergedRows([NO_ROWS, ...parts.map(({ rows }) => rows)]);
    this.#merged.set(parts, merged);
    return merged;
  }

  /** Days without a row are left out. */
  parts(since: number | null, now: number): readonly DayPart[] {
    const key = `${since} ${midnight(now)}`;
    const seen = this.#version();
    if (seen !== this.#seen) this.#windows.clear();
    const known = this.#windows.get(key);
    if (known) return known;
    const parts = [...this.#read(since ?? Number.MIN_SAFE_INTEGER, now)];
    // Keeping the figures of a day is a change, too.
    this.#seen = this.#version();
    if (this.#windows.size >= MOST_WINDOWS) this.#windows.clear();
    this.#windows.set(key, parts);
    return parts;
  }

  *#read(since: number, now: number): Generator<DayPart> {
    let from = since;
    for (;;) {
      const { at } =
        this.#database.statement<{ at: number | null }>(NEXT).get({ since: from }) ?? {};
      if (at === null || at === undefined) return;
      const day = { begins: midnight(at), ends: midnight(at, 1) };
      const isWhole = from <= day.begins && day.ends <= now - OPEN_MS;
      const span = { begins: Math.max(from, day.begins), ends: day.ends };
      const rows = isWhole ? this.#over(day) : windowRows(this.#database, span);
      yield { ...span, rows };
      from = day.ends;
    }
  }

  /** Of a day that is over: as kept, or read and kept. */
  #over(day: Span): WindowRows {
    const { id } = this.#database.statement<{ id: number }>(STORED).get(day) ?? {};
    const known = id === undefined ? undefined : this.#parsed.get(id);
    if (known) return known;
    if (id === undefined) return this.#keep(day);
    const { figures } = this.#database.statement<StoredDay>(FIGURES).get(id) ?? { figures: '{}' };
    const rows = JSON.parse(figures) as WindowRows;
    this.#hold(id, rows);
    return rows;
  }

  /** Read and kept in one transaction, so that no row comes between; where nothing can be written now, read alone. */
  #keep(day: Span): WindowRows {
    let rows: WindowRows | undefined;
    try {
      this.#database.write(() => {
        const read = rounded(windowRows(this.#database, day));
        this.#database.statement(DROP).run(day);
        const kept = this.#database
          .statement<{ id: number }>(STORE)
          .get({ ...day, figures: JSON.stringify(read) });
        if (kept) this.#hold(kept.id, read);
        rows = read;
      });
    } catch {
      // Another process writes, or the disk is full: the next reading tries again.
    }
    return rows ?? windowRows(this.#database, day);
  }

  #hold(id: number, rows: WindowRows): void {
    if (this.#parsed.size >= MOST_DAYS) this.#parsed.clear();
    this.#parsed.set(id, rows);
  }

  #version(): string {
    const { changes } = this.#database.statement<{ changes: number }>(CHANGES).get() ?? {};
    return `${this.#database.version} ${changes}`;
  }
}

/** Times to a hundredth of a millisecond. */
function rounded(rows: WindowRows): WindowRows {
  const each = (ms: number) => Math.round(ms * HUNDREDTHS) / HUNDREDTHS;
  return {
    ...rows,
    firstTokenMs: rows.firstTokenMs.map(each),
    answerMs: rows.answerMs.map(each),
  };
}
