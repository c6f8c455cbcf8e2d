import type { Comparison } from '../../shared/learned.ts';

/** Port: what is kept of comparisons. */
export interface ComparisonRecords {
  save(comparison: Comparison): void;
  /** The last one; null where there was none. @throws StorageError */
  last(): Comparison | null;
}
