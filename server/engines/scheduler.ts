import { EngineError } from './engine.ts';
import { Gate } from './gate.ts';

/**
 * `interactive`: someone is typing; `ask`: someone waits for an answer, whose first token interactive
 * work does not wait for; `background`: control tails and calibrations, which both of these pre-empt;
 * `shadow`: texts that are continued at idle, which all others pre-empt.
 */
export type Priority = 'interactive' | 'ask' | 'background' | 'shadow';

/** The reason of a job's signal when other work took its place, as opposed to a user's cancel. */
export class SupersededError extends Error {
  readonly by: Priority;
  constructor(by: Priority) {
    super(`superseded by ${by} work`);
    this.name = 'SupersededError';
    this.by = by;
  }
}

export interface JobOptions {
  /** Interactive jobs of one owner supersede each other; those of others wait their turn. */
  readonly owner?: string;
}

/** What a running job may tell the scheduler. */
export interface Slot {
  /** From here on anyone may pre-empt this job: its answer is out, only its tail runs on. */
  demote(): void;
  /** The first token is there: from here on interactive work waits for an answer to a question. */
  answering(): void;
}

export type Work<T> = (signal: AbortSignal, slot: Slot) => Promise<T>;

interface Job {
  priority: Priority;
  answering: boolean;
  readonly owner: string;
  readonly controller: AbortController;
  readonly start: () => Promise<void>;
  readonly refuse: (reason: Error) => void;
}

/** How long aborted work may take to close its stream before the next begins anyway, milliseconds. */
const GRACE_MS = 2000;
const ORDER: readonly Priority[] = ['interactive', 'ask', 'background', 'shadow'];

/** At most one generation at a time; the next begins when the one before it has closed its stream. */
export class Scheduler {
  readonly #graceMs: number;
  readonly #waiting: Job[] = [];
  #running: Job | null = null;
  #disposed = false;
  #idle = new Gate();
  /** Until the running job's stream is closed, the grace at most. */
  #held = Promise.resolve();

  constructor(options: { readonly graceMs?: number } = {}) {
    this.#graceMs = options.graceMs ?? GRACE_MS;
    this.#idle.open();
  }

  /**
   * Runs `work` once the slot is free; its signal aborts when the caller's does, or with a
   * `SupersededError` when other work takes its place.
   * @throws SupersededError, also while waiting
   * @throws EngineError `cancelled` where the caller's signal aborts; whatever `work` throws
   */
  run<T>(
    priority: Priority,
    signal: AbortSignal,
    work: Work<T>,
    options: JobOptions = {},
  ): Promise<T> {
    const { promise, resolve, reject } = Promise.withResolvers<T>();
    const controller = new AbortController();
    const job: Job = {
      priority,
      answering: false,
      owner: options.owner ?? '',
      controller,
      refuse: reject,
      start: async () => {
        try {
          const slot: Slot = {
            demote: () => this.#demote(job),
            answering: () => (job.answering = true),
          };
          resolve(await work(controller.signal, slot));
        } catch (error) {
          reject(outcomeOf(error, controller.signal));
        }
      },
    };
    const cancel = () => this.#stop(job, cancelled());
    if (this.#disposed || signal.aborted) reject(cancelled());
    else {
      signal.addEventListener('abort', cancel, { once: true });
      this.#admit(job);
    }
    return promise.finally(() => signal.removeEventListener('abort', cancel));
  }

  /** Nothing runs, and nothing waits. */
  get isIdle(): boolean {
    return this.#running === null && this.#waiting.length === 0;
  }

  /** Aborts everything and waits until the last stream is closed, the grace at most. */
  async dispose(): Promise<void> {
    this.#disposed = true;
    for (const job of [...this.#waiting]) this.#stop(job, cancelled());
    if (this.#running) this.#stop(this.#running, cancelled());
    await this.#idle.opened;
  }

  /** Aborts what one owner has here, and waits until its stream is closed, the grace at most. */
  async end(owner: string): Promise<void> {
    const isOwn = (job: Job) => job.owner === owner;
    for (const job of this.#waiting.filter(isOwn)) this.#stop(job, cancelled());
    if (!this.#running || !isOwn(this.#running)) return;
    this.#stop(this.#running, cancelled());
    await this.#held;
  }

  #admit(job: Job): void {
    for (const other of this.#waiting.filter((waiting) => supersedes(job, waiting))) {
      this.#stop(other, new SupersededError(job.priority));
    }
    this.#waiting.push(job);
    this.#preempt();
    if (!this.#running) this.#next();
  }

  #preempt(): void {
    const running = this.#running;
    const by = running && this.#waiting.find((job) => preempts(job, running));
    if (by) this.#stop(running, new SupersededError(by.priority));
  }

  #demote(job: Job): void {
    job.priority = 'background';
    this.#preempt();
  }

  #stop(job: Job, reason: Error): void {
    const place = this.#waiting.indexOf(job);
    if (place >= 0) {
      this.#waiting.splice(place, 1);
      job.refuse(reason);
    }
    job.controller.abort(reason);
  }

  #next(): void {
    const job = ORDER.map((priority) =>
      this.#waiting.find((waiting) => waiting.priority === priority),
    ).find((found) => found !== undefined);
    if (!job) {
      this.#idle.open();
      return;
    }
    if (!this.#running) this.#idle = new Gate();
    this.#waiting.splice(this.#waiting.indexOf(job), 1);
    this.#running = job;
    this.#held = this.#hold(job).then(() => {
      this.#running = null;
      this.#next();
    });
  }

  /** Holds the slot for the job: until it ends, or the grace after its abort. */
  async #hold(job: Job): Promise<void> {
    const grace = new Gate();
    let timer: NodeJS.Timeout | undefined;
    job.controller.signal.addEventListener(
      'abort',
      () => (timer = setTimeout(grace.open, this.#graceMs)),
      { once: true },
    );
    await Promise.race([job.start(), grace.opened]);
    clearTimeout(timer);
  }
}

/** Whether a new job makes an older one, waiting or running, pointless. */
function supersedes(job: Job, older: Job): boolean {
  return (
    job.priority === 'interactive' && older.priority === 'interactive' && job.owner === older.owner
  );
}

function preempts(job: Job, running: Job): boolean {
  if (running.priority === 'shadow') return job.priority !== 'shadow';
  if (running.priority === 'background')
    return job.priority === 'interactive' || job.priority === 'ask';
  if (running.priority === 'ask' && !running.answering) return job.priority === 'interactive';
  return supersedes(job, running);
}

/** An engine says `cancelled` whenever the signal aborts; why it aborted is said by its reason. */
function outcomeOf(error: unknown, signal: AbortSignal): Error {
  if (signal.aborted && signal.reason instanceof SupersededError) return signal.reason;
  return error instanceof Error ? error : new Error(String(error));
}

function cancelled(): EngineError {
  return new EngineError('cancelled', 'The request was cancelled.');
}
