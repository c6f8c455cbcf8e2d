import { randomUUID } from 'node:crypto';
import { basename } from 'node:path';
import {
  InlineCompletionTriggerKind,
  LSPErrorCodes,
  MessageType,
  ResponseError,
  ShowMessageNotification,
  TextDocumentSaveReason,
  TextDocumentSyncKind,
  type CancellationToken,
  type Connection,
  type InitializeParams,
  type InitializeResult,
  type InlineCompletionItem,
  type InlineCompletionParams,
  type Position,
} from 'vscode-languageserver/node';
import {
  ACCEPTED_COMMAND,
  AcceptedNotification,
  AskRequest,
  CompleteHereRequest,
  DeleteDataRequest,
  DoctorRequest,
  ExportRequest,
  ModelsRequest,
  PauseNotification,
  PullRequest,
  ReportNotification,
  StatsRequest,
  StatusNotification,
  WhyRequest,
  type AskParams,
  type AskResult,
  type InitializationOptions,
  type PullParams,
} from '../../shared/protocol.ts';
import { whyNothing, type Nothing } from '../completion/nothing.ts';
import type { Suggestion } from '../completion/request.ts';
import type { Trigger } from '../outcomes/records.ts';
import type { Daemon } from '../daemon.ts';
import { Documents } from './documents.ts';
import { EngineError } from '../engines/engine.ts';
import { SessionSettings } from './settings.ts';
import { TypingClient } from './typing-client.ts';
import type { TextDocument } from 'vscode-languageserver-textdocument';

/** One editor's connection: binds LSP to the daemon, holds documents and settings, nothing else. */
export class Session {
  readonly #connection: Connection;
  readonly #daemon: Daemon;
  readonly #documents = new Documents();
  readonly #settings: SessionSettings;
  #options: InitializationOptions = {};
  #acceptCommand = ACCEPTED_COMMAND;
  #pausedUntil = 0;
  readonly #typing = new TypingClient();

  constructor(connection: Connection, daemon: Daemon) {
    this.#connection = connection;
    this.#daemon = daemon;
    this.#settings = new SessionSettings(connection, daemon.log, daemon.override);
  }

  /** Binds every handler and begins to listen. */
  listen(): void {
    const connection = this.#connection;
    connection.onInitialize((params) => this.#initialize(params));
    connection.onInitialized(() => this.#initialized());
    connection.onDidChangeConfiguration((change) => this.#reconfigure(change.settings));
    connection.onDidOpenTextDocument(({ textDocument: { uri, languageId, version, text } }) => {
      this.#documents.open(uri, languageId, version, text);
      this.#daemon.episodes.opened({ uri, text });
    });
    connection.onDidChangeTextDocument(({ textDocument: { uri, version }, contentChanges }) => {
      const before = this.#documents.get(uri)?.getText();
      const change = this.#documents.change(uri, version, contentChanges);
      if (before === undefined || !change) return;
      this.#daemon.episodes.changed(uri, change.applied, before, change.document.getText());
    });
    connection.onWillSaveTextDocument(({ textDocument: { uri }, reason }) => {
      const document = this.#documents.get(uri);
      const manual = reason === TextDocumentSaveReason.Manual;
      if (document) this.#daemon.episodes.willSave(uri, manual, document.getText());
    });
    connection.onDidCloseTextDocument(({ textDocument: { uri } }) => {
      const document = this.#documents.close(uri);
      this.#settings.closed(uri);
      this.#typing.closed(uri);
      if (document) this.#daemon.episodes.closed(uri, document.getText());
    });
    connection.languages.inlineCompletion.on((params, token) =>
      this.#complete(params, triggerOf(params), token),
    );
    connection.onRequest(CompleteHereRequest.type, (params, token) =>
      this.#completeHere(params, token),
    );
    connection.onNotification(AcceptedNotification.type, ({ suggestionId }) =>
      this.#accepted(suggestionId),
    );
    connection.onExecuteCommand(({ command, arguments: [suggestionId] = [] }) => {
      if (command === this.#acceptCommand) this.#accepted(suggestionId);
    });
    connection.onNotification(PauseNotification.type, ({ minutes }) => this.#pause(minutes));
    connection.onRequest(AskRequest.type, (params, token) => this.#ask(params, token));
    connection.onRequest(PullRequest.type, (params, token) => this.#pull(params, token));
    connection.onRequest(StatsRequest.type, ({ since }) =>
      answerable(() => this.#daemon.stats(since ?? null)),
    );
    connection.onRequest(ModelsRequest.type, () => answerable(() => this.#daemon.models()));
    connection.onRequest(DoctorRequest.type, () => answerable(() => this.#daemon.doctor()));
    connection.onRequest(WhyRequest.type, () => answerable(() => this.#daemon.why()));
    connection.onRequest(ExportRequest.type, ({ path }) =>
      answerable(() => this.#daemon.exportTo(path)),
    );
    connection.onRequest(DeleteDataRequest.type, () => answerable(() => this.#daemon.deleteData()));
    connection.onShutdown(() => this.#daemon.dispose());
    connection.listen();
  }

  #initialize(params: InitializeParams): InitializeResult {
    this.#options = (params.initializationOptions ?? {}) as InitializationOptions;
    this.#settings.start(
      params.capabilities.workspace?.configuration ?? false,
      this.#options.settings,
    );
    if (this.#options.simulatedUser) this.#daemon.markSimulated();
    const registersItself = this.#options.clientId === 'vscode';
    if (!registersItself) this.#acceptCommand = `${ACCEPTED_COMMAND}.${randomUUID().slice(0, 8)}`;
    return {
      serverInfo: { name: 'shortstop', version: this.#daemon.version },
      capabilities: {
        inlineCompletionProvider: true,
        textDocumentSync: {
          openClose: true,
          change: TextDocumentSyncKind.Incremental,
          willSave: true,
        },
        ...(!registersItself && { executeCommandProvider: { commands: [this.#acceptCommand] } }),
      },
    };
  }

  async #initialized(): Promise<void> {
    this.#daemon.onStatus((status) => {
      void this.#connection.sendNotification(StatusNotification.type, status);
    });
    this.#daemon.onNotice((message) => {
      void this.#connection.sendNotification(ShowMessageNotification.type, {
        type: MessageType.Warning,
        message: `Shortstop: ${message}`,
      });
    });
    if (this.#options.reports) {
      this.#daemon.onReport((report) => {
        void this.#connection.sendNotification(ReportNotification.type, report);
      });
    }
    await this.#reconfigure(undefined);
  }

  async #reconfigure(pushed: unknown): Promise<void> {
    this.#settings.changed(pushed);
    await this.#daemon.configure(await this.#settings.global());
  }

  /** Somebody asked by a command and waits: where nothing comes, it is said why. */
  async #completeHere(params: InlineCompletionParams, token: CancellationToken) {
    const reasons: string[] = [];
    const items = await this.#complete(params, 'complete-here', token, (nothing) => {
      reasons.push(whyNothing(nothing) ?? '');
    });
    const why = reasons.join('');
    if (items === null && why !== '' && !token.isCancellationRequested) throw refusal(why);
    return items;
  }

  /** Answers null on every failure: an error would pop up in the editor. */
  async #complete(
    params: InlineCompletionParams,
    trigger: Trigger,
    token: CancellationToken,
    onNothing?: (nothing: Nothing) => void,
  ): Promise<InlineCompletionItem[] | null> {
    const { uri } = params.textDocument;
    const document = this.#documents.get(uri);
    if (!document) {
      onNothing?.({ gate: 'closed-document' });
      return null;
    }
    const { version } = document;
    const settings = await this.#settings.forDocument(uri);
    const isCurrent = () =>
      !token.isCancellationRequested && this.#documents.get(uri)?.version === version;
    const ahead = aheadOf(document, params);
    if (!isCurrent() || ahead === null) return null;
    const offset = document.offsetAt(params.position);
    const text = document.getText();
    try {
      const suggestion = await this.#daemon.pipeline.complete(
        {
          uri,
          languageId: document.languageId,
          text: text.slice(0, offset) + ahead + text.slice(offset),
          offset: offset + ahead.length,
          ahead,
          trigger,
          typing: this.#typing.isTyping(uri, version, trigger),
          settings,
          file: this.#daemon.privateFiles.verdict(uri, settings.files),
          pausedUntil: this.#pausedUntil,
          isCurrent,
          textNow: () => this.#documents.get(uri)?.getText() ?? null,
          ...(onNothing && { onNothing }),
        },
        signalOf(token),
      );
      return suggestion && [this.#item(suggestion, params, document, ahead)];
    } catch (error) {
      this.#daemon.log.error(`completion failed: ${nameOf(error)}`);
      onNothing?.({ failure: error });
      return null;
    }
  }

  #item(
    suggestion: Suggestion,
    { position, context }: InlineCompletionParams,
    document: TextDocument,
    ahead: string,
  ): InlineCompletionItem {
    const start: Position = context.selectedCompletionInfo?.range.start ?? position;
    const end = document.positionAt(document.offsetAt(position) + suggestion.replaceAfter);
    const typed = document.getText({ start, end: position });
    return {
      insertText: typed + ahead + suggestion.text,
      range: { start, end },
      command: { title: 'Accepted', command: this.#acceptCommand, arguments: [suggestion.id] },
    };
  }

  #accepted(suggestionId: unknown): void {
    if (typeof suggestionId !== 'string') return;
    this.#daemon.episodes.accepted(suggestionId);
    this.#daemon.pipeline.accepted();
  }

  #pause(minutes: number): void {
    this.#pausedUntil = minutes > 0 ? Date.now() + minutes * 60_000 : 0;
    this.#daemon.paused(this.#pausedUntil);
  }

  async #ask(params: AskParams, token: CancellationToken): Promise<AskResult> {
    const { uri } = params.textDocument;
    const document = this.#documents.get(uri);
    if (!document) throw refusal('Open the file before asking about it.');
    const settings = await this.#settings.forDocument(uri);
    if (this.#daemon.privateFiles.verdict(uri, settings.files) !== 'open') {
      throw refusal(
        'This file is never read (settings shortstop.files), so it cannot be asked about.',
      );
    }
    return answerable(() =>
      this.#daemon.ask(
        {
          question: params.question,
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

  async #pull({ model, partialResultToken }: PullParams, token: CancellationToken): Promise<null> {
    await answerable(() =>
      this.#daemon.pull(model, signalOf(token), (step) => {
        void this.#connection.sendProgress(PullRequest.progress, partialResultToken, step);
      }),
    );
    return null;
  }
}

function triggerOf({ context }: InlineCompletionParams): Trigger {
  return context.triggerKind === InlineCompletionTriggerKind.Invoked ? 'invoked' : 'automatic';
}

/**
 * What the entry selected in the editor's suggestion list would add at the cursor: ghost text must
 * begin with it. Null where the entry does not continue what is typed, so that nothing can be shown.
 */
function aheadOf(
  document: TextDocument,
  { position, context: { selectedCompletionInfo: selected } }: InlineCompletionParams,
): string | null {
  if (!selected) return '';
  const typed = document.getText({ start: selected.range.start, end: position });
  return selected.text.startsWith(typed) ? selected.text.slice(typed.length) : null;
}

function signalOf(token: CancellationToken): AbortSignal {
  const controller = new AbortController();
  if (token.isCancellationRequested) controller.abort();
  token.onCancellationRequested(() => controller.abort());
  return controller.signal;
}

/** Turns a typed failure into one that the editor shows as it is. */
async function answerable<T>(work: () => T | Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw refusal(error instanceof Error ? error.message : 'It failed.');
  }
}

function refusal(message: string): ResponseError {
  return new ResponseError(LSPErrorCodes.RequestFailed, message);
}

function nameOf(error: unknown): string {
  if (error instanceof EngineError) return error.code;
  return error instanceof Error ? `${error.name}: ${error.message}` : 'unknown';
}
