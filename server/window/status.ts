import { COMMANDS } from '../../shared/commands.ts';
import type { StatusAction, StatusParams } from '../../shared/protocol.ts';
import type { BudgetStatus, Estimate } from '../../shared/stats.ts';
import type { Engine, EngineError } from '../engines/engine.ts';

const UNKNOWN: Estimate = { value: null, low: null, high: null, n: 0 };

interface Problem {
  readonly text: string;
  readonly headline: string;
  readonly action?: StatusAction;
}

interface Facts {
  readonly model: string;
  readonly engine: string;
  readonly enabled: boolean;
  readonly pausedUntil: number;
  /** Paused for as long as the machine runs on its battery. */
  readonly onBattery: boolean;
  /** Slow to answer: another program may be using it. */
  readonly engineBusy: boolean;
  readonly probed: boolean;
  readonly working: number;
  readonly problem: Problem | null;
  readonly savedToday: Estimate;
  readonly budget: BudgetStatus | null;
  readonly advice: StatusParams['advice'] | null;
}

/** What the status bar shows; tells its listener on every change and only then. */
export class Status {
  #facts: Facts;
  #last = '';
  readonly #now: () => number;
  readonly #listener: (status: StatusParams) => void;

  constructor(engine: string, now: () => number, listener: (status: StatusParams) => void) {
    this.#now = now;
    this.#listener = listener;
    this.#facts = {
      model: '',
      engine,
      enabled: true,
      pausedUntil: 0,
      onBattery: false,
      engineBusy: false,
      probed: false,
      working: 0,
      problem: null,
      savedToday: UNKNOWN,
      budget: null,
      advice: null,
    };
  }

  set(change: Partial<Omit<Facts, 'working' | 'problem'>>): void {
    this.#update(change);
  }

  /** Engine or model is another one: whether it works has to be seen. */
  renewed(): void {
    this.#update({ problem: null, probed: false, advice: null });
  }

  began(): void {
    this.#update({ working: this.#facts.working + 1 });
  }

  ended(): void {
    this.#update({ working: Math.max(0, this.#facts.working - 1) });
  }

  failed(error: EngineError, engine: Pick<Engine, 'title' | 'pull'>): void {
    const { model } = this.#facts;
    const action = remedy(error, model, engine.pull !== undefined);
    const headline = inShort(error, engine.title, model);
    this.#update({ problem: { text: error.message, headline, ...(action && { action }) } });
  }

  /** The engine answered: whatever was wrong with it no longer is. */
  worked(): void {
    this.#update({ problem: null, probed: true });
  }

  get hasProblem(): boolean {
    return this.#facts.problem !== null;
  }

  current(): StatusParams {
    const { model, engine, problem, savedToday, budget, advice, pausedUntil } = this.#facts;
    const state = this.#state();
    return {
      state,
      model,
      engine,
      savedToday,
      ...(budget && { budget }),
      ...(advice && { advice }),
      ...(this.#facts.engineBusy && { engineBusy: true as const }),
      ...(problem && { problem: problem.text, headline: problem.headline }),
      ...(problem?.action && { action: problem.action }),
      ...(state === 'paused' && (this.#isPausedByUser ? { pausedUntil } : { onBattery: true })),
    };
  }

  get #isPausedByUser(): boolean {
    return this.#now() < this.#facts.pausedUntil;
  }

  #state(): StatusParams['state'] {
    const facts = this.#facts;
    if (!facts.enabled) return 'off';
    if (this.#isPausedByUser || facts.onBattery) return 'paused';
    if (facts.problem) return 'error';
    if (facts.working > 0) return 'working';
    return facts.probed ? 'ready' : 'starting';
  }

  #update(change: Partial<Facts>): void {
    this.#facts = { ...this.#facts, ...change };
    const status = this.current();
    const text = JSON.stringify(status);
    if (text === this.#last) return;
    this.#last = text;
    this.#listener(status);
  }
}

/** A failure in a few words, for the status bar. */
function inShort({ code }: EngineError, engine: string, model: string): string {
  switch (code) {
    case 'unreachable':
      return `${engine} is not running`;
    case 'not-an-engine':
      return `not ${engine} that answers`;
    case 'model-missing':
      return `${model} is not installed`;
    case 'cannot-fill-in':
    case 'cannot-chat':
      return `${model} can't complete code`;
    case 'remote-not-allowed':
      return 'host not allowed';
    case 'stalled':
      return `${engine} does not answer`;
    default:
      return `${engine} has a problem`;
  }
}

const SELECT_MODEL = { title: 'Select Model', command: COMMANDS.selectModel };

/** The command that helps with a failure, where there is one. */
function remedy(error: EngineError, model: string, canPull: boolean): StatusAction | null {
  switch (error.code) {
    case 'model-missing':
      return canPull
        ? { title: 'Pull Model', command: COMMANDS.pullModel, arguments: [model] }
        : SELECT_MODEL;
    case 'cannot-fill-in':
      return SELECT_MODEL;
    case 'remote-not-allowed':
      return { title: 'Allow Host', command: COMMANDS.allowHost };
    case 'unreachable':
      return { title: 'Start or Get Ollama…', command: COMMANDS.startEngine };
    case 'not-an-engine':
      return {
        title: 'Open Settings',
        command: COMMANDS.openSettings,
        arguments: ['shortstop.engine.url'],
      };
    default:
      return null;
  }
}
