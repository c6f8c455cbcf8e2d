import { isTemporary, obstacleOf, StorageError } from './storage-error.ts';
import type { StorageLog } from './database.ts';

/** Rows kept in memory while they can't be written; beyond it the newest are dropped and counted. */
const MAX_PENDING = 10_000;
/** Rows written in one go, so that a long queue does not hold up the daemon. */
const BATCH = 500;
const FIRST_RETRY_MS = 100;
const LAST_RETRY_MS = 5_000;

export interface QueuePorts<Job> {
  /** Writes one job or throws. */
  readonly apply: (job: Job) => void;
  /** True where the failure was repaired, so that trying again at once makes sense. */
  readonly recover: (error: unknown) => boolean;
  readonly log: StorageLog;
}

/**
 * Writes in the order of arrival. What can't be written now (locked, disk full) waits in memory and
 * is tried again; nothing is ever thrown to who asked for the write.
 */
export class WriteQueue<Job> {
  readonly #ports: QueuePorts<Job>;
  #pending: Job[] = [];
  #lost = 0;
  /** The code for why rows wait. */
  #obstacle: string | null = null;
  #refusal: string | null = null;
  #retryMs = FIRST_RETRY_MS;
  #timer: NodeJS.Timeout | null = null;

  constructor(ports: QueuePorts<Job>) {
    this.#ports = ports;
  }

  /** One sentence while rows wait or were lost; null when all is well. */
  get problem(): string | null {
    if (this.#refusal !== null) return this.#refusal;
    const lost = this.#lost > 0 ? ` ${this.#lost} rows were lost.` : '';
    if (this.#obstacle === null)
      return lost === '' ? null : `The database was full or locked.${lost}`;
    return `The database can't be written (${this.#obstacle}): ${this.#pending.length} rows wait in memory.${lost} Is the disk full, its folder not to be written, or does another program hold the file?`;
  }

  push(job: Job): void {
    if (this.#refusal !== null) return;
    if (this.#pending.length >= MAX_PENDING) {
      this.#lost++;
      return;
    }
    this.#pending.push(job);
    if (!this.#timer) this.drain();
  }

  /** Writes what it can now. True when nothing waits any more. */
  drain(): boolean {
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
    for (let count = 0; count < BATCH; count++) {
      const job = this.#pending[0];
      if (job === undefined) return true;
      if (!this.#write(job)) return false;
      this.#pending.shift();
      this.#obstacle = null;
      this.#retryMs = FIRST_RETRY_MS;
    }
    if (this.#pending.length > 0) this.#tryAgainIn(0);
    return this.#pending.length === 0;
  }

  /** Hands over what still waits, and forgets it. */
  takeAll(): Job[] {
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
    return this.#pending.splice(0);
  }

  /** False where the job has to wait, or nothing is accepted any more. */
  #write(job: Job): boolean {
    for (let attempt = 0; ; attempt++) {
      try {
        this.#ports.apply(job);
        return true;
      } catch (error) {
        if (attempt < 2 && this.#ports.recover(error)) continue;
        return this.#failed(error);
      }
    }
  }

  /** True where the job is dropped, false where it waits. */
  #failed(error: unknown): boolean {
    if (error instanceof StorageError) {
      this.#refusal = error.message;
      this.#pending = [];
      this.#ports.log.warn(error.message);
      return false;
    }
    if (!isTemporary(error)) {
      this.#ports.log.warn(`a row was refused by the database: ${nameOf(error)}`);
      return true;
    }
    if (this.#obstacle === null) {
      this.#ports.log.warn(`rows wait to be written: ${obstacleOf(error)}`);
    }
    this.#obstacle = obstacleOf(error);
    this.#tryAgainIn(this.#retryMs);
    this.#retryMs = Math.min(LAST_RETRY_MS, this.#retryMs * 2);
    return false;
  }

  #tryAgainIn(ms: number): void {
    this.#timer = setTimeout(() => this.drain(), ms);
    this.#timer.unref();
  }
}

function nameOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown';
  return obstacleOf(error) || `${error.name}: ${error.message}`;
}
