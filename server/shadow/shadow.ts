import type { PowerSource } from '../energy/power.ts';
import { EngineError, type Capabilities, type Engine } from '../engines/engine.ts';
import { SupersededError, type Scheduler } from '../engines/scheduler.ts';
import type { Stretches, Unfinished } from '../learning/observe.ts';
import type { ShadowTail } from '../outcomes/records.ts';
import type { TraceToken } from '../stopping/trace.ts';
import { continueText, tokensLeft } from './continuation.ts';

/** So long after the last sign of somebody at work nothing is begun, milliseconds. */
const QUIET_MS = 5_000;

export interface ShadowPorts {
  readonly models: {
    readonly engine: Engine;
    /** @throws EngineError */
    ready(model: string, signal?: AbortSignal): Promise<Capabilities>;
  };
  readonly scheduler: Pick<Scheduler, 'run' | 'isIdle'>;
  readonly stretches: Stretches;
  readonly power: Pick<PowerSource, 'current'>;
  /** Of the hour and of every budget: how many may be generated now; 0 where nothing may. */
  readonly tokensLeft: () => number;
  /** Whether a document may be read. */
  readonly mayRead: (uri: string) => boolean;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly sleep: (ms: number, signal?: AbortSignal) => Promise<void>;
  /** For the log: no code. */
  readonly say: (line: string) => void;
}

interface Running {
  end(): void;
  /** Ends it where its stretch has settled, or all data were deleted: nothing is learned from it any more. */
  heed(): void;
  readonly done: Promise<void>;
}

/**
 * While nobody types and the engine has nothing to do, continues texts that were stopped early to their ends, to
 * learn from: one at a time, and none while the machine runs on its battery.
 */
export class Shadow {
  readonly #ports: ShadowPorts;
  #activeAt: number;
  #running: Running | null = null;

  constructor(ports: ShadowPorts) {
    this.#ports = ports;
    this.#activeAt = ports.now();
  }

  /** Somebody is at work: what runs ends, and what it wrote by then is kept for the next time. */
  disturbed(): void {
    this.#activeAt = this.#ports.now();
    this.#running?.end();
  }

  /** Once a second. */
  tick(): void {
    if (this.#running) this.#running.heed();
    else if (this.#isQuiet()) this.#begin();
  }

  /** Ends what runs, and waits until it is written down. */
  async end(): Promise<void> {
    this.disturbed();
    await this.#running?.done;
  }

  #begin(): void {
    const next = this.#next();
    if (!next) return;
    const abort = new AbortController();
    const { id } = next.request;
    const isOpen = () =>
      this.#ports.stretches.unfinished().some(({ request }) => request.id === id);
    const done = this.#continue(next, abort.signal).finally(() => (this.#running = null));
    this.#running = {
      end: () => abort.abort(),
      heed: () => {
        if (!isOpen()) abort.abort();
      },
      done,
    };
  }

  /** A clock that was set back counts as time that went by. */
  #isQuiet(): boolean {
    const { scheduler, now } = this.#ports;
    return scheduler.isIdle && Math.abs(now() - this.#activeAt) >= QUIET_MS;
  }

  #next(): Unfinished | undefined {
    const { stretches, power, tokensLeft: left, mayRead } = this.#ports;
    const open = stretches.unfinished().filter(({ uri }) => mayRead(uri));
    if (open.length === 0 || power.current !== 'mains') return undefined;
    const most = left();
    return open.find((unfinished) => tokensLeft(unfinished) > 0 && tokensLeft(unfinished) <= most);
  }

  async #continue(unfinished: Unfinished, signal: AbortSignal): Promise<void> {
    const { scheduler, models, stretches, now, sleep, say } = this.#ports;
    const { id, model } = unfinished.request;
    const tokens: TraceToken[] = [];
    let ms = 0;
    let ended: ShadowTail['ended'] = 'failed';
    try {
      await scheduler.run('shadow', signal, async (slotSignal) => {
        const capabilities = await models.ready(model, slotSignal);
        const ports = { engine: models.engine, capabilities, now, sleep };
        const began = now();
        try {
          const end = await continueText(unfinished, ports, slotSignal, (token) =>
            tokens.push(token),
          );
          if (end) ended = end;
        } finally {
          ms = Math.max(0, now() - began);
        }
      });
    } catch (error) {
      if (isPreempted(error)) ended = 'pre-empted';
    }
    say(`${id} continued at idle: ${tokens.length} tokens, ${ended}`);
    stretches.continued({ requestId: id, at: now(), tokens: tokens.length, ms, ended }, tokens);
  }
}

function isPreempted(error: unknown): boolean {
  if (error instanceof SupersededError) return true;
  return error instanceof EngineError && error.code === 'cancelled';
}
