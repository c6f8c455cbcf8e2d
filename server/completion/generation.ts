import type { Engine, GenerateEnd, GenerateRequest } from '../engines/engine.ts';
import type { Decision, StopRule, StopSettings } from '../stopping/controller.ts';
import { firstNewlineRule } from '../stopping/peers/first-newline.ts';
import type { CursorContext, TraceToken } from '../stopping/trace.ts';

export interface Stopped {
  readonly decision: Decision;
  /** All text generated up to the deciding token; the served text is cut out of it. */
  readonly text: string;
  readonly tokensAtFirstNewline: number | null;
  readonly firstTokenMs: number | null;
  readonly stopMs: number;
}

/** How the whole stream ended; differs from where it stopped for control requests only. */
export interface Finished {
  /** All text of the stream. */
  readonly text: string;
  readonly tokens: number;
  readonly tokensAtFirstNewline: number | null;
  readonly tailMs: number;
  readonly ended: GenerateEnd['end'] | 'stopped' | 'superseded' | 'failed';
}

export interface GenerationTask {
  readonly engine: Engine;
  readonly request: Omit<GenerateRequest, 'signal'>;
  readonly rule: StopRule;
  readonly context: CursorContext;
  readonly settings: StopSettings;
  /** The stream runs on behind the stop, to see what it would have cost. */
  readonly control: boolean;
  /** Milliseconds since the editor's request. */
  readonly elapsed: () => number;
}

export interface GenerationListener {
  /** After each token, before it is judged. */
  readonly onToken: (token: TraceToken) => void;
  /** Once. */
  readonly onStop: (stopped: Stopped) => void;
}

/** How far a stream is, also once it was cancelled or failed. */
export interface Progress {
  text: string;
  tokens: number;
  firstTokenMs: number | null;
  tokensAtFirstNewline: number | null;
  stopMs: number | null;
}

/**
 * Streams tokens through the stop rule. The promise settles when the stream is closed, for a control
 * request later than the stop.
 * @throws EngineError before the stop; after it, a failure only ends the tail.
 */
export async function generate(
  task: GenerationTask,
  signal: AbortSignal,
  progress: Progress,
  { onToken, onStop }: GenerationListener,
): Promise<Finished> {
  const stream = task.engine.generate({ ...task.request, signal });
  const watcher = new StopWatcher(task, progress);
  let ended: Finished['ended'] = 'stopped';
  const stop = (stopped: Stopped): void => {
    progress.stopMs = stopped.stopMs;
    onStop(stopped);
  };
  try {
    for (;;) {
      const next = await stream.next();
      if (next.done) {
        ended = next.value.end;
        if (progress.stopMs === null) stop(watcher.end(next.value.end));
        break;
      }
      watcher.read(next.value);
      onToken(next.value);
      const stopped = progress.stopMs === null ? watcher.judge(next.value) : null;
      if (stopped) stop(stopped);
      if (stopped && !task.control) break;
    }
  } catch (error) {
    if (progress.stopMs === null) throw error;
    ended = signal.aborted ? 'superseded' : 'failed';
  } finally {
    await stream.return({ end: 'cap', promptTokens: null, tokens: null });
  }
  const { text, tokens, tokensAtFirstNewline, stopMs } = progress;
  const tailMs = stopMs === null ? 0 : task.elapsed() - stopMs;
  return { text, tokens, tokensAtFirstNewline, tailMs, ended };
}

/** Runs the stop rule, and beside it the first-newline rule, whose cost is a baseline of the panel. */
class StopWatcher {
  readonly #task: GenerationTask;
  readonly #progress: Progress;
  #state: unknown;
  #newlineState: unknown;

  constructor(task: GenerationTask, progress: Progress) {
    this.#task = task;
    this.#progress = progress;
    this.#state = task.rule.begin(task.context, task.settings);
    this.#newlineState = firstNewlineRule.begin(task.context, task.settings);
  }

  read(token: TraceToken): void {
    const progress = this.#progress;
    progress.text += token.text;
    progress.tokens++;
    progress.firstTokenMs ??= this.#task.elapsed();
    this.#watchNewline(token);
  }

  judge(token: TraceToken): Stopped | null {
    const step = this.#task.rule.step(this.#state, token);
    this.#state = step.state;
    return step.decision && this.#stopped(step.decision);
  }

  end(end: GenerateEnd['end']): Stopped {
    this.#progress.tokensAtFirstNewline ??= this.#progress.tokens;
    return this.#stopped(this.#task.rule.end(this.#state, end));
  }

  #watchNewline(token: TraceToken): void {
    if (this.#progress.tokensAtFirstNewline !== null) return;
    const step = firstNewlineRule.step(this.#newlineState as never, token);
    this.#newlineState = step.state;
    if (step.decision) this.#progress.tokensAtFirstNewline = this.#progress.tokens;
  }

  #stopped(decision: Decision): Stopped {
    return {
      decision,
      text: this.#progress.text,
      tokensAtFirstNewline: this.#progress.tokensAtFirstNewline,
      firstTokenMs: this.#progress.firstTokenMs,
      stopMs: this.#task.elapsed(),
    };
  }
}
