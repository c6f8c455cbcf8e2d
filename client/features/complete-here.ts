import { randomUUID } from 'node:crypto';
import {
  CancellationTokenSource,
  commands,
  EventEmitter,
  Range,
  window,
  workspace,
  type CancellationToken,
  type InlineCompletionContext,
  type InlineCompletionItem,
  type LogOutputChannel,
  type Position,
  type TextDocument,
} from 'vscode';
import type { LanguageClient } from 'vscode-languageclient/node';
import { CompleteHereRequest } from '../../shared/protocol.ts';
import { Disposables } from '../disposables.ts';
import { Throttle } from '../throttle.ts';
import { AskedQuestion } from './asked-question.ts';
import { ThinkingSign } from './thinking-sign.ts';

const TRIGGER = 'editor.action.inlineSuggest.trigger';
const HIDE = 'editor.action.inlineSuggest.hide';
/** Context key: an answer is being written, so that Escape cancels it. */
const COMPLETING = 'shortstop.completing';
/** Ghost text grows at most so often. Milliseconds. */
const GROWS_EVERY = 100;

/** What the editor asks for inline completions with. */
export interface InlineQuestion {
  readonly document: TextDocument;
  readonly position: Position;
  readonly context: InlineCompletionContext;
}

/**
 * "Complete Here": a longer answer at the cursor, as ghost text that grows while it is written. Nothing is inserted
 * before it is accepted; what is accepted meanwhile is what stands so far. Escape ends it, and so does whatever
 * changes the document or moves the cursor.
 */
export class CompleteHere {
  readonly #log: LogOutputChannel;
  readonly #disposables = new Disposables();
  readonly #sign = this.#disposables.track(new ThinkingSign());
  readonly #writing = this.#disposables.track(new EventEmitter<boolean>());
  readonly #asked = new AskedQuestion<'here'>();
  #answer: AnswerHere | undefined;

  /** Whether an answer is being written. */
  readonly onWriting = this.#writing.event;

  constructor(log: LogOutputChannel) {
    this.#log = log;
    this.#disposables.track(
      workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
        if (contentChanges.length > 0 && this.#answer?.isOf(document)) this.#drop();
      }),
    );
    this.#disposables.track(
      window.onDidChangeTextEditorSelection(({ textEditor, selections: [first] }) => {
        if (!this.#answer?.isOf(textEditor.document)) return;
        if (!first || !this.#answer.isAt(first.active)) this.#drop();
      }),
    );
    this.#disposables.track(window.onDidChangeActiveTextEditor(() => this.#drop()));
    this.onWriting((isWriting) => {
      void commands.executeCommand('setContext', COMPLETING, isWriting);
    });
  }

  /** Makes the editor ask at the cursor, and marks that question as one for a longer answer. */
  ask(): Promise<void> {
    return this.#asked.ask('here');
  }

  /** Ends the answer that is being written, and hides what stands of it. */
  async cancel(): Promise<void> {
    this.#drop();
    await commands.executeCommand(HIDE);
  }

  /** What stands of the answer, once there is something; undefined where the question is another one. */
  provide(
    client: LanguageClient,
    question: InlineQuestion,
    token: CancellationToken,
  ): Promise<InlineCompletionItem[]> | undefined {
    if (this.#asked.take(question.context.triggerKind)) {
      this.#drop();
      this.#answer = this.#begin(client, question);
    }
    return this.#answer?.answers(question) ? this.#answer.items(token) : undefined;
  }

  dispose(): void {
    this.#drop();
    this.#disposables.dispose();
  }

  #begin(client: LanguageClient, question: InlineQuestion): AnswerHere {
    const { document, position } = question;
    const hideSign = this.#sign.show(document, new Range(position, position));
    this.#writing.fire(true);
    const answer = new AnswerHere(question, hideSign);
    void this.#write(answer, client);
    return answer;
  }

  async #write(answer: AnswerHere, client: LanguageClient): Promise<void> {
    try {
      await answer.write(client);
    } catch (error) {
      this.#sayWhy(error);
    } finally {
      if (this.#answer === answer && answer.isEmpty) this.#drop();
      // Another answer may have begun meanwhile.
      if (!this.#answer || this.#answer === answer) this.#writing.fire(false);
    }
  }

  #drop(): void {
    this.#answer?.dispose();
    this.#answer = undefined;
  }

  /** Somebody asked by a command: the daemon's reason for nothing is theirs to read. */
  #sayWhy(error: unknown): void {
    const message = error instanceof Error ? error.message : String(error);
    this.#log.info(`Complete Here: ${message}`);
    void window.showInformationMessage(`Shortstop: ${message}`);
  }
}

/** One answer, from its question until it is dropped. */
class AnswerHere {
  readonly #question: InlineQuestion;
  readonly #version: number;
  readonly #source = new CancellationTokenSource();
  readonly #grown = new Throttle(GROWS_EVERY, () => void showAgain());
  readonly #shown: Promise<void>;
  #show: () => void = () => undefined;
  readonly #hideSign: () => void;
  #item: InlineCompletionItem | undefined;
  #isShown = false;

  /** @param hideSign called once there is something to see, or nothing comes */
  constructor(question: InlineQuestion, hideSign: () => void) {
    this.#question = question;
    this.#version = question.document.version;
    this.#shown = new Promise((resolve) => (this.#show = resolve));
    this.#hideSign = hideSign;
  }

  /** Nothing came of it, so far. */
  get isEmpty(): boolean {
    return this.#item === undefined;
  }

  isOf(document: TextDocument): boolean {
    return this.#question.document === document;
  }

  isAt(position: Position): boolean {
    return this.#question.position.isEqual(position);
  }

  /** Whether the question is asked at the same place, under the same entry of an open suggestion list. */
  answers({ document, position, context }: InlineQuestion): boolean {
    const selected = this.#question.context.selectedCompletionInfo?.text;
    return (
      this.isOf(document) &&
      document.version === this.#version &&
      this.isAt(position) &&
      context.selectedCompletionInfo?.text === selected
    );
  }

  async items(token: CancellationToken): Promise<InlineCompletionItem[]> {
    const cancelled = new Promise<void>((resolve) =>
      token.onCancellationRequested(() => resolve()),
    );
    await Promise.race([this.#shown, cancelled]);
    return this.#item ? [this.#item] : [];
  }

  dispose(): void {
    this.#source.cancel();
    this.#grown.cancel();
    this.#end();
  }

  /**
   * Resolves once nothing more comes.
   * @throws Error that says why nothing, or nothing more, comes
   */
  async write(client: LanguageClient): Promise<void> {
    const { code2ProtocolConverter: toProtocol, protocol2CodeConverter: toCode } = client;
    const { document, position, context } = this.#question;
    const partialResultToken = randomUUID();
    const beginnings = client.onProgress(
      CompleteHereRequest.beginning,
      partialResultToken,
      (item) => this.#grow(toCode.asInlineCompletionItem(item)),
    );
    const { token } = this.#source;
    try {
      const params = toProtocol.asInlineCompletionParams(document, position, context);
      const [item] =
        (await client.sendRequest(
          CompleteHereRequest.type,
          { ...params, partialResultToken },
          token,
        )) ?? [];
      if (item && !token.isCancellationRequested) this.#grow(toCode.asInlineCompletionItem(item));
    } catch (error) {
      if (!token.isCancellationRequested) throw error;
    } finally {
      beginnings.dispose();
      this.#end();
    }
  }

  #grow(item: InlineCompletionItem): void {
    if (this.#source.token.isCancellationRequested || isSame(item, this.#item)) return;
    this.#item = item;
    this.#hideSign();
    if (this.#isShown) this.#grown.request();
    this.#isShown = true;
    this.#show();
  }

  /** Nothing more comes. */
  #end(): void {
    this.#hideSign();
    this.#show();
  }
}

/**
 * The editor asks its providers again. At the same place it keeps what it shows, and asks for nothing, until that is
 * hidden; both in one command, so that no frame between them is drawn without ghost text.
 */
async function showAgain(): Promise<void> {
  await commands.executeCommand('runCommands', { commands: [HIDE, TRIGGER] });
}

function isSame(item: InlineCompletionItem, before: InlineCompletionItem | undefined): boolean {
  const range = item.range && before?.range?.isEqual(item.range);
  return range === true && item.insertText === before?.insertText;
}
