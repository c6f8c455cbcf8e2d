import { randomUUID } from 'node:crypto';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  MessageType,
  ShowMessageNotification,
  TextDocumentSaveReason,
  TextDocumentSyncKind,
  type CancellationToken,
  type Connection,
  type InlineCompletionItem,
  type InitializeParams,
  type InitializeResult,
} from 'vscode-languageserver/node';
import type { Comparison, CalibrationReport } from '../../shared/learned.ts';
import {
  AdoptExperimentRequest,
  CompareRequest,
  ComparisonRequest,
  CalibrateRequest,
  CalibrationRequest,
  ExportLearningRequest,
  ExperimentRequest,
  ImportLearningRequest,
  FeedbackRequest,
  PauseCalibrationNotification,
  ProfileRequest,
  ResetLearningRequest,
  StartExperimentRequest,
  StopExperimentRequest,
  type CompareParams,
  type CalibrateParams,
} from '../../shared/learning-protocol.ts';
import {
  ACCEPTED_COMMAND,
  AcceptedNotification,
  AskRequest,
  CompleteHereRequest,
  DeleteDataRequest,
  DoctorRequest,
  ExportRequest,
  ModelAdviceRequest,
  ModelsRequest,
  PauseNotification,
  PullRequest,
  ReportNotification,
  StatsRequest,
  StatusNotification,
  SuggestRequest,
  WhyRequest,
  type AskParams,
  type AskResult,
  type CompleteHereParams,
  type InitializationOptions,
  type PullParams,
} from '../../shared/protocol.ts';
import type { Stats } from '../../shared/stats.ts';
import type { Daemon } from '../daemon.ts';
import { answerable, refusal, signalOf } from './answerable.ts';
import { InlineCompletion } from './inline-completion.ts';
import { SessionSettings } from './settings.ts';
import type { Window } from './window.ts';

/** Binds one connection's LSP messages to its window and to what the daemon does for all. */
export class Session {
  readonly #connection: Connection;
  readonly #daemon: Daemon;
  readonly #window: Window;
  readonly #settings: SessionSettings;
  readonly #inline: InlineCompletion;
  readonly #atShutdown: () => Promise<void>;
  #options: InitializationOptions = {};
  /** Whether the editor tells of folders that come and go. */
  #followsFolders = false;

  /** @param atShutdown what ends with the connection; its window alone by default */
  constructor(connection: Connection, daemon: Daemon, atShutdown?: () => Promise<void>) {
    this.#connection = connection;
    this.#daemon = daemon;
    this.#window = daemon.openWindow();
    this.#settings = new SessionSettings(connection, daemon.log, daemon);
    this.#inline = new InlineCompletion(daemon, this.#window, this.#settings);
    this.#atShutdown = atShutdown ?? (() => this.#window.end());
  }

  /** Binds every handler and begins to listen. */
  listen(): void {
    const connection = this.#connection;
    connection.onInitialize((params) => this.#initialize(params));
    connection.onInitialized(() => this.#initialized());
    connection.onDidChangeConfiguration((change) => this.#reconfigure(change.settings));
    connection.onDidOpenTextDocument(({ textDocument: { uri, languageId, version, text } }) => {
      this.#window.documents.open(uri, languageId, version, text);
      this.#window.episodes.opened({ uri, text });
    });
    connection.onDidChangeTextDocument(({ textDocument: { uri, version }, contentChanges }) => {
      const before = this.#window.documents.get(uri)?.getText();
      const change = this.#window.documents.change(uri, version, contentChanges);
      if (before === undefined || !change) return;
      this.#window.episodes.changed(uri, change.applied, before, change.document.getText());
      this.#window.edited();
    });
    connection.onWillSaveTextDocument(({ textDocument: { uri }, reason }) => {
      const document = this.#window.documents.get(uri);
      const manual = reason === TextDocumentSaveReason.Manual;
      if (document) this.#window.episodes.willSave(uri, manual, document.getText());
    });
    connection.onDidCloseTextDocument(({ textDocument: { uri } }) => {
      const document = this.#window.documents.close(uri);
      this.#settings.closed(uri);
      this.#window.typing.closed(uri);
      if (document) this.#window.episodes.closed(uri, document.getText());
    });
    connection.languages.inlineCompletion.on((params, token) =>
      this.#inline.complete(params, token),
    );
    connection.onRequest(CompleteHereRequest.type, (params, token) =>
      this.#inline.askedFor(params, 'complete-here', token, this.#beginningsOf(params)),
    );
    connection.onRequest(SuggestRequest.type, (params, token) =>
      this.#inline.askedFor(params, 'invoked', token),
    );
    connection.onNotification(AcceptedNotification.type, ({ suggestionId }) =>
      this.#accepted(suggestionId),
    );
    connection.onExecuteCommand(({ command, arguments: [suggestionId] = [] }) => {
      if (command === this.#inline.acceptCommand) this.#accepted(suggestionId);
    });
    connection.onNotification(PauseNotification.type, ({ minutes }) => this.#window.pause(minutes));
    connection.onRequest(AskRequest.type, (params, token) => this.#ask(params, token));
    connection.onRequest(CompareRequest.type, (params, token) => this.#compare(params, token));
    connection.onRequest(ComparisonRequest.type, () =>
      answerable(() => this.#daemon.comparisons.last()),
    );
    connection.onRequest(PullRequest.type, (params, token) => this.#pull(params, token));
    connection.onRequest(CalibrateRequest.type, (params, token) => this.#calibrate(params, token));
    connection.onRequest(CalibrationRequest.type, () => this.#daemon.calibrator.progress);
    connection.onNotification(PauseCalibrationNotification.type, ({ paused }) =>
      this.#daemon.calibrator.pause(paused),
    );
    connection.onRequest(StatsRequest.type, ({ since }) =>
      answerable(() => this.#stats(since ?? null)),
    );
    connection.onRequest(ModelsRequest.type, () => answerable(() => this.#daemon.models()));
    connection.onRequest(ModelAdviceRequest.type, () =>
      answerable(() => this.#daemon.modelAdvice(this.#window.settings)),
    );
    connection.onRequest(DoctorRequest.type, () =>
      answerable(() => this.#daemon.doctor(this.#window.settings, this.#settings.asked)),
    );
    connection.onRequest(WhyRequest.type, () => answerable(() => this.#window.why()));
    connection.onRequest(FeedbackRequest.type, ({ said }) =>
      answerable(() => this.#window.feedback(said)),
    );
    connection.onRequest(ProfileRequest.type, () =>
      answerable(() => this.#daemon.profile(this.#window.settings, this.#window.workspaces.first)),
    );
    connection.onRequest(ExportRequest.type, ({ path }) =>
      answerable(() => this.#daemon.exportTo(path)),
    );
    connection.onRequest(DeleteDataRequest.type, () => answerable(() => this.#daemon.deleteData()));
    connection.onRequest(ExportLearningRequest.type, () =>
      answerable(() => this.#daemon.exportLearning()),
    );
    connection.onRequest(ImportLearningRequest.type, ({ text }) =>
      answerable(() => this.#daemon.importLearning(text)),
    );
    connection.onRequest(ResetLearningRequest.type, () =>
      answerable(() => this.#daemon.resetLearning()),
    );
    const { experiments } = this.#daemon;
    connection.onRequest(StartExperimentRequest.type, (params) =>
      answerable(() => experiments.start(params, this.#window.settings)),
    );
    connection.onRequest(ExperimentRequest.type, () => answerable(() => experiments.current()));
    connection.onRequest(StopExperimentRequest.type, () => answerable(() => experiments.stop()));
    connection.onRequest(AdoptExperimentRequest.type, () => answerable(() => experiments.adopt()));
    connection.onShutdown(() => this.#atShutdown());
    connection.onExit(() => this.#window.end());
    connection.listen();
  }

  #initialize(params: InitializeParams): InitializeResult {
    this.#options = (params.initializationOptions ?? {}) as InitializationOptions;
    this.#window.workspaces.start(params);
    this.#followsFolders = params.capabilities.workspace?.workspaceFolders ?? false;
    this.#settings.start(
      params.capabilities.workspace?.configuration ?? false,
      this.#options.settings,
    );
    if (this.#options.simulatedUser) this.#window.markSimulated();
    const registersItself = this.#options.clientId === 'vscode';
    if (!registersItself) {
      this.#inline.acceptCommand = `${ACCEPTED_COMMAND}.${randomUUID().slice(0, 8)}`;
    }
    return {
      serverInfo: { name: 'shortstop', version: this.#daemon.version },
      capabilities: {
        inlineCompletionProvider: true,
        workspace: { workspaceFolders: { supported: true, changeNotifications: true } },
        textDocumentSync: {
          openClose: true,
          change: TextDocumentSyncKind.Incremental,
          willSave: true,
        },
        ...(!registersItself && {
          executeCommandProvider: { commands: [this.#inline.acceptCommand] },
        }),
      },
    };
  }

  async #initialized(): Promise<void> {
    this.#window.onStatus((status) => {
      void this.#connection.sendNotification(StatusNotification.type, status);
    });
    this.#window.onNotice((message) => {
      void this.#connection.sendNotification(ShowMessageNotification.type, {
        type: MessageType.Warning,
        message: `Shortstop: ${message}`,
      });
    });
    if (this.#options.reports) {
      this.#window.onReport((report) => {
        void this.#connection.sendNotification(ReportNotification.type, report);
      });
    }
    if (this.#followsFolders) {
      this.#connection.workspace.onDidChangeWorkspaceFolders((event) =>
        this.#window.workspaces.changed(event),
      );
    }
    await this.#reconfigure(undefined);
  }

  async #reconfigure(pushed: unknown): Promise<void> {
    this.#settings.changed(pushed);
    await this.#window.configure(await this.#settings.global());
  }

  #accepted(suggestionId: unknown): void {
    if (typeof suggestionId !== 'string') return;
    this.#window.accepted(suggestionId);
  }

  /** Undefined where the client has not asked for an answer that grows. */
  #beginningsOf({ partialResultToken: to }: CompleteHereParams) {
    if (to === undefined) return undefined;
    return (item: InlineCompletionItem) => {
      void this.#connection.sendProgress(CompleteHereRequest.beginning, to, item);
    };
  }

  #stats(since: number | null): Stats {
    const stats = this.#daemon.stats(since, this.#window.settings);
    const { rule } = this.#window;
    const presets = this.#window.presets();
    return { ...stats, ...(rule !== '' && { rule }), ...(presets && { presets }) };
  }

  async #ask(params: AskParams, token: CancellationToken): Promise<AskResult> {
    const { uri } = params.textDocument;
    const document = this.#window.documents.get(uri);
    if (!document) throw refusal('Open the file before asking about it.');
    const settings = await this.#settings.forDocument(uri);
    if (this.#daemon.privateFiles.verdict(uri, settings.files) !== 'open') {
      throw refusal(
        'This file is never read (settings shortstop.files), so it cannot be asked about.',
      );
    }
    return answerable(() =>
      this.#window.ask(
        {
          question: params.question,
          earlier: params.earlier ?? [],
          model: settings.ask.model || settings.model,
          languageId: document.languageId,
          fileName: basename(decodeURIComponent(uri)),
          text: document.getText(),
          start: document.offsetAt(params.range.start),
          end: document.offsetAt(params.range.end),
        },
        signalOf(token),
        (piece) => {
          void this.#connection.sendProgress(AskRequest.piece, params.partialResultToken, piece);
        },
      ),
    );
  }

  #compare(
    { folder, models, tasks, partialResultToken }: CompareParams,
    token: CancellationToken,
  ): Promise<Comparison> {
    const { settings } = this.#window;
    return answerable(() =>
      this.#daemon.comparisons.run(
        { workspace: folderPath(folder), models, tasks, settings },
        this.#window.untilEnd(signalOf(token)),
        (progress) => {
          void this.#connection.sendProgress(CompareRequest.progress, partialResultToken, progress);
        },
      ),
    );
  }

  #calibrate(
    { folder, spans, partialResultToken }: CalibrateParams,
    token: CancellationToken,
  ): Promise<CalibrationReport> {
    const { settings } = this.#window;
    return answerable(() =>
      this.#daemon.calibrator.run(
        { workspace: folderPath(folder), spans, settings },
        this.#window.untilEnd(signalOf(token)),
        (progress) => {
          void this.#connection.sendProgress(
            CalibrateRequest.progress,
            partialResultToken,
            progress,
          );
        },
      ),
    );
  }

  async #pull({ model, partialResultToken }: PullParams, token: CancellationToken): Promise<null> {
    await answerable(() =>
      this.#daemon.pull(model, this.#window.untilEnd(signalOf(token)), (step) => {
        void this.#connection.sendProgress(PullRequest.progress, partialResultToken, step);
      }),
    );
    return null;
  }
}

/** @throws Error for what is no folder of this machine */
function folderPath(uri: string): string {
  if (uri.startsWith('file:')) return fileURLToPath(uri);
  throw new Error(`${uri} is not on this machine's disk, so no spans can be cut out of it.`);
}
