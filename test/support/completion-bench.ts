import { setTimeout as pause } from 'node:timers/promises';
import type { CompletionReport } from '../../shared/protocol.ts';
import { DEFAULT_SETTINGS } from '../../shared/settings.ts';
import type { Follow } from '../../server/completion/generation.ts';
import { CompletionPipeline } from '../../server/completion/pipeline.ts';
import type { Offer } from '../../server/completion/ports.ts';
import type { CompletionRequest } from '../../server/completion/request.ts';
import type { Adviser } from '../../server/learning/decide.ts';
import { sleep } from '../../server/sleep.ts';
import { EngineError } from '../../server/engines/engine.ts';
import { Scheduler } from '../../server/engines/scheduler.ts';
import type {
  ControlTail,
  MemoryAnswer,
  RequestClock,
  RequestCode,
  RequestRecord,
} from '../../server/outcomes/records.ts';
import { MANUAL_CAPABILITIES, ManualEngine } from './manual-engine.ts';
import { decideWith } from './weights.ts';

const DRAW = {
  ...{ episodeId: 'e', controlRate: 0.5, withheldRate: 0.1, newlineRate: 0.25, chance: 0.5 },
};

/** A pipeline over an engine whose tokens the test writes, and one document in an editor. */
export class Bench {
  readonly engine = new ManualEngine();
  readonly records: RequestRecord[] = [];
  readonly codes: RequestCode[] = [];
  readonly tails: ControlTail[] = [];
  readonly clocks: RequestClock[] = [];
  readonly memoryAnswers: MemoryAnswer[] = [];
  readonly offers: Offer[] = [];
  readonly reports: CompletionReport[] = [];
  readonly failures: unknown[] = [];
  over = 0;
  withheld = false;
  #episodes = 0;
  readonly pipeline: CompletionPipeline;
  text = '';
  offset = 0;
  #version = 0;
  #asked = new AbortController();

  constructor(marked: string, follow: Follow = null, advisers: readonly Adviser[] = []) {
    this.edit(marked);
    const scheduler = new Scheduler();
    this.pipeline = new CompletionPipeline({
      models: { engine: this.engine, ready: () => Promise.resolve(MANUAL_CAPABILITIES) },
      slot: {
        run: async (signal, work) => {
          try {
            return await scheduler.run('interactive', signal, (slotSignal, slot) =>
              work(slotSignal, () => slot.demote()),
            );
          } catch (error) {
            throw error instanceof EngineError ? error : new EngineError('cancelled', 'superseded');
          }
        },
      },
      decide: decideWith(null, advisers),
      episodes: {
        draw: () => {
          this.#episodes++;
          const first = this.#episodes === 1;
          const followed = { control: follow === 'to-end', toNewline: follow === 'to-newline' };
          return { ...DRAW, ...followed, first, withheld: this.withheld };
        },
        withholds: () => this.withheld && this.#episodes > 0,
        offered: (offer) => this.offers.push(offer),
        over: () => this.over++,
      },
      ledger: {
        recordRequest: (record, code) => {
          this.records.push(record);
          if (code) this.codes.push(code);
        },
        recordControlTail: (tail) => this.tails.push(tail),
        recordClock: (clock) => this.clocks.push(clock),
        recordMemoryAnswer: (answer) => this.memoryAnswers.push(answer),
      },
      report: {
        skipped: () => undefined,
        stopped: () => undefined,
        finished: (report) => this.reports.push(report),
        failed: (error) => this.failures.push(error),
        unready: () => undefined,
      },
      now: Date.now,
      sleep,
      reuse: true,
    });
  }

  /** The bar is the cursor. */
  edit(marked: string): void {
    this.offset = marked.indexOf('|');
    this.text = marked.replace('|', '');
    this.#version++;
  }

  /** As an editor does: cancels what it asked before. */
  ask(change: Partial<CompletionRequest> = {}) {
    this.#asked.abort();
    const asked = new AbortController();
    this.#asked = asked;
    const version = this.#version;
    return this.pipeline.complete(
      {
        uri: 'file:///a.ts',
        languageId: 'typescript',
        text: this.text,
        offset: this.offset,
        workspace: null,
        ahead: '',
        trigger: 'automatic',
        typing: true,
        settings: { ...DEFAULT_SETTINGS, debounce: 0 },
        file: 'open',
        pausedUntil: 0,
        isCurrent: () => !asked.signal.aborted && version === this.#version,
        textNow: () => this.text,
        ...change,
      },
      asked.signal,
    );
  }

  cancel(): void {
    this.#asked.abort();
  }

  async stream(index = 0) {
    for (let waited = 0; waited < 100; waited++) {
      const stream = this.engine.streams[index];
      if (stream) return stream;
      await pause(2);
    }
    throw new Error(`no request ${index} reached the engine`);
  }
}
