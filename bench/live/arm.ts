import { statSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import type { ProtocolConnection } from 'vscode-languageserver-protocol/node';
import {
  ReportNotification,
  StatusNotification,
  WhyRequest,
  type CompletionReport,
  type Explanation,
} from '../../shared/protocol.ts';
import { isExactMatch } from '../match.ts';
import { startDaemon, type RunningDaemon } from '../session/daemon-client.ts';
import { SimulatedEditor } from '../session/editor.ts';
import { slotReleases } from '../slot-releases.ts';
import type { Task } from '../traces.ts';

export interface ArmOptions {
  readonly name: string;
  readonly args: readonly string[];
  /** 1: every stream runs on behind its stop. */
  readonly controlRate: number;
  readonly folder: string;
  readonly engineLog: string;
}

/** One task through one daemon. */
export interface LiveResult {
  readonly report: CompletionReport;
  readonly why: Explanation | null;
  /** Tokens as the engine counted them, by its own log. */
  readonly engineTokens: number;
  /** From the editor's request to its answer, milliseconds. */
  readonly answerMs: number;
  /** The document, with the suggestion taken, is what its author wrote. */
  readonly exact: boolean;
}

/** A daemon with a rule of its own, in a process of its own. */
export class LiveArm {
  readonly name: string;
  readonly results: LiveResult[] = [];
  readonly #daemon: RunningDaemon;
  readonly #engineLog: string;
  readonly #reports: CompletionReport[] = [];

  private constructor({ name, engineLog }: ArmOptions, daemon: RunningDaemon) {
    this.name = name;
    this.#engineLog = engineLog;
    this.#daemon = daemon;
    daemon.connection.onNotification(ReportNotification.type, (report) => {
      this.#reports.push(report);
    });
  }

  static async start(options: ArmOptions): Promise<LiveArm> {
    const daemon = await startDaemon({
      node: process.execPath,
      args: options.args,
      folder: options.folder,
      settings: { debounce: 0, controlRate: options.controlRate },
      initializationOptions: { reports: true, simulatedUser: true },
      onLog: () => undefined,
    });
    await ready(daemon.connection);
    return new LiveArm(options, daemon);
  }

  /** @throws {Error} where the engine or the daemon does not answer */
  async run(task: Task, number: number): Promise<void> {
    const { connection } = this.#daemon;
    const uri = `file:///live/${this.name.replaceAll(' ', '-')}/${number}`;
    const editor = await SimulatedEditor.open(connection, uri, task.lang, '');
    await editor.replace(0, 0, task.prompt + task.suffix);
    await editor.replace(task.prompt.length, task.prompt.length, '');
    this.#reports.length = 0;
    const from = statSync(this.#engineLog).size;
    const asked = performance.now();
    const ghost = await editor.ask();
    const answerMs = performance.now() - asked;
    const report = await until(() => this.#reports[0], 'the daemon reports the request');
    const released = await until(
      () => slotReleases(this.#engineLog, from).find(({ promptTokens }) => promptTokens > 0),
      'the engine releases its slot',
    );
    const why = await connection.sendRequest(WhyRequest.type);
    const { text } = editor;
    const after = ghost && text.slice(0, ghost.start) + ghost.text + text.slice(ghost.end);
    const wanted = task.prompt + task.gold + task.suffix;
    this.results.push({
      report,
      why,
      engineTokens: released.generatedTokens,
      answerMs,
      exact: after !== null && isExactMatch(after, wanted),
    });
  }

  stop(): Promise<void> {
    return this.#daemon.stop();
  }
}

/** Measuring the model is over: requests then meet a free engine. */
function ready(connection: ProtocolConnection): Promise<void> {
  return new Promise((resolve, reject) => {
    connection.onNotification(StatusNotification.type, ({ state, problem }) => {
      if (state === 'ready') resolve();
      if (state === 'error') reject(new Error(problem ?? 'the daemon is not ready'));
    });
  });
}

async function until<T>(look: () => T | undefined, what: string): Promise<T> {
  const deadline = performance.now() + 60_000;
  while (performance.now() < deadline) {
    const found = look();
    if (found !== undefined) return found;
    await pause(2);
  }
  throw new Error(`waited in vain: ${what}`);
}
