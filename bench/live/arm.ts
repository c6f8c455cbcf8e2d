import { createHash } from 'node:crypto';
import type { ProtocolConnection } from 'vscode-languageserver-protocol/node';
import {
  ReportNotification,
  StatusNotification,
  WhyRequest,
  type CompletionReport,
} from '../../shared/protocol.ts';
import { isExactMatch } from '../../server/stopping/match.ts';
import { startDaemon, type RunningDaemon } from '../session/daemon-client.ts';
import { SimulatedEditor } from '../session/editor.ts';
import type { Task } from '../traces.ts';
import { replayed } from './fidelity.ts';
import type { LiveRow } from './rows.ts';
import type { SharedEngine } from './shared-engine.ts';
import { until } from './until.ts';

export interface ArmOptions {
  readonly name: string;
  readonly args: readonly string[];
  readonly preset: string;
  /** 1: every stream runs on behind its stop. */
  readonly controlRate: number;
  readonly folder: string;
  readonly engine: SharedEngine;
  readonly signal: AbortSignal;
}

/** A daemon with a rule of its own, in a process of its own. */
export class LiveArm {
  readonly name: string;
  readonly #options: ArmOptions;
  readonly #daemon: RunningDaemon;
  readonly #reports: CompletionReport[] = [];

  private constructor(options: ArmOptions, daemon: RunningDaemon) {
    this.name = options.name;
    this.#options = options;
    this.#daemon = daemon;
    daemon.connection.onNotification(ReportNotification.type, (report) => {
      this.#reports.push(report);
    });
  }

  static async start(options: ArmOptions): Promise<LiveArm> {
    const { controlRate, preset } = options;
    const daemon = await startDaemon({
      node: process.execPath,
      args: options.args,
      folder: options.folder,
      settings: { ...{ debounce: 0, controlRate, withheldRate: 0 }, stopping: { preset } },
      initializationOptions: { reports: true, simulatedUser: true },
      onLog: () => undefined,
    });
    await Promise.race([ready(daemon.connection), daemon.gone]);
    return new LiveArm(options, daemon);
  }

  /**
   * One task, with nothing of its prompt in the engine's slot.
   * @param turn place of this arm in the task's order, from 0
   * @throws Error where the engine or the daemon does not answer
   */
  async run(task: Task, turn: number): Promise<LiveRow> {
    const { engine, signal } = this.#options;
    const { connection, gone } = this.#daemon;
    const uri = `file:///live/${this.name.replaceAll(' ', '-')}/${addressOf(task)}`;
    const editor = await SimulatedEditor.open(connection, uri, task.lang, '');
    await editor.replace(0, 0, task.prompt + task.suffix);
    await editor.replace(task.prompt.length, task.prompt.length, '');
    await engine.forget();
    this.#reports.length = 0;
    const from = engine.position();
    const asked = performance.now();
    const ghost = await Promise.race([editor.ask(), gone]);
    const answerMs = performance.now() - asked;
    const reported = until(() => this.#reports[0], 'the daemon reports the request', signal);
    const report = await Promise.race([reported, gone]);
    const slot = await engine.releaseAfter(from);
    const why = await connection.sendRequest(WhyRequest.type);
    const { text } = editor;
    const after = ghost && text.slice(0, ghost.start) + ghost.text + text.slice(ghost.end);
    const wanted = task.prompt + task.gold + task.suffix;
    return {
      arm: this.name,
      task: task.id,
      lang: task.lang,
      kind: task.kind,
      turn,
      promptTokens: slot.promptTokens,
      cachedTokens: slot.cachedTokens,
      engineTokens: slot.generatedTokens,
      streamTokens: report.tokens,
      ended: report.ended,
      decision: {
        rule: why?.rule ?? '',
        reason: report.reason,
        tokens: why?.tokensAtStop ?? report.tokensAtStop,
        offset: why?.offset ?? 0,
      },
      replayed: why && replayed(task, why, report.ended),
      answerMs,
      firstTokenMs: report.firstTokenMs,
      stopMs: report.stopMs,
      offered: report.served !== '',
      exact: after !== null && isExactMatch(after, wanted),
    };
  }

  stop(): Promise<void> {
    return this.#daemon.stop();
  }
}

/** Not by its name, which may be that of a file that is never read. */
export function addressOf({ id }: Task): string {
  return createHash('sha256').update(id).digest('hex').slice(0, 16);
}

/** Measuring the model is over: requests then meet a free engine. */
export function ready(connection: ProtocolConnection): Promise<void> {
  return new Promise((resolve, reject) => {
    connection.onNotification(StatusNotification.type, ({ state, problem }) => {
      if (state === 'ready') resolve();
      if (state === 'error') reject(new Error(problem ?? 'the daemon is not ready'));
    });
  });
}
