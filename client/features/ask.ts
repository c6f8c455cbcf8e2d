import { randomUUID } from 'node:crypto';
import {
  commands,
  comments,
  ThemeColor,
  window,
  type CommentThread,
  type Range,
  type TextDocument,
  type TextEditor,
} from 'vscode';
import { formatCount, formatDuration } from '../../shared/figures.ts';
import { AskRequest, type AskResult } from '../../shared/protocol.ts';
import type { DaemonProcess } from '../daemon-process.ts';
import { Disposables } from '../disposables.ts';
import { AskThread } from './ask-thread.ts';

/** Context keys: an answer is being written, so that Escape cancels it; there is an answer. */
const ASKING = 'shortstop.asking';
const ANSWERED = 'shortstop.answered';

/** All questions asked in this window. */
export class AskThreads {
  readonly #daemon: DaemonProcess;
  readonly #disposables = new Disposables();
  readonly #controller = this.#disposables.track(
    comments.createCommentController('shortstop.ask', 'Shortstop'),
  );
  readonly #thinking = this.#disposables.track(
    window.createTextEditorDecorationType({
      isWholeLine: true,
      after: {
        contentText: 'Shortstop is thinking…',
        color: new ThemeColor('editorCodeLens.foreground'),
        fontStyle: 'italic',
        margin: '0 0 0 2em',
      },
    }),
  );
  readonly #threads = new Set<AskThread>();
  readonly #running = new Set<AskThread>();

  constructor(daemon: DaemonProcess) {
    this.#daemon = daemon;
  }

  /** Resolves when the answer is complete, cancelled or failed; the thread says which. */
  async ask(editor: TextEditor, question: string): Promise<void> {
    const { document, selection } = editor;
    const asked = new AskThread(this.#controller, document, selection, question);
    this.#threads.add(asked);
    this.#setRunning(asked, true);
    const stopThinking = this.#showThinking(document, selection);
    try {
      const result = await this.#stream(asked, question, stopThinking);
      asked.finish(result.answer, `Shortstop · ${result.model}`, footnote(result));
    } catch (error) {
      const cancelled = asked.source.token.isCancellationRequested;
      asked.fail(cancelled ? 'Cancelled.' : error instanceof Error ? error.message : String(error));
    } finally {
      stopThinking();
      this.#setRunning(asked, false);
    }
  }

  /** Cancels the answer in `thread`, or all answers being written. */
  cancel(thread?: CommentThread): void {
    const wanted = this.find(thread);
    const targets = thread && wanted ? [wanted] : [...this.#running];
    for (const asked of targets) asked.source.cancel();
  }

  close(thread?: CommentThread): void {
    const asked = this.find(thread);
    if (!asked) return;
    asked.close();
    this.#threads.delete(asked);
    this.#tellEditor();
  }

  /** The question behind `thread`, by default the last one asked. */
  find(thread?: CommentThread): AskThread | undefined {
    const all = [...this.#threads];
    return thread ? all.find((asked) => asked.thread === thread) : all.at(-1);
  }

  dispose(): void {
    for (const asked of this.#threads) asked.close();
    this.#disposables.dispose();
  }

  async #stream(asked: AskThread, question: string, onFirst: () => void): Promise<AskResult> {
    const partialResultToken = randomUUID();
    const { code2ProtocolConverter: toProtocol } = this.#daemon.client;
    const pieces = this.#daemon.client.onProgress(AskRequest.piece, partialResultToken, (piece) => {
      onFirst();
      asked.add(piece);
    });
    try {
      const params = {
        question,
        textDocument: toProtocol.asTextDocumentIdentifier(asked.document),
        range: toProtocol.asRange(asked.range),
        partialResultToken,
      };
      return await this.#daemon.client.sendRequest(AskRequest.type, params, asked.source.token);
    } finally {
      pieces.dispose();
    }
  }

  #showThinking(document: TextDocument, range: Range): () => void {
    const end = document.lineAt(range.end.line).range.end;
    const editors = window.visibleTextEditors.filter((editor) => editor.document === document);
    for (const editor of editors) {
      editor.setDecorations(this.#thinking, [range.with(end, end)]);
    }
    return () => {
      for (const editor of editors) editor.setDecorations(this.#thinking, []);
    };
  }

  #setRunning(asked: AskThread, running: boolean): void {
    if (running) this.#running.add(asked);
    else this.#running.delete(asked);
    this.#tellEditor();
  }

  #tellEditor(): void {
    void commands.executeCommand('setContext', ASKING, this.#running.size > 0);
    void commands.executeCommand('setContext', ANSWERED, this.#threads.size > this.#running.size);
  }
}

function footnote(result: AskResult): string {
  const ended = { 'natural-end': '', cap: ' · cut at the limit', cancelled: ' · cancelled' };
  return `${formatCount(result.tokens)} tokens in ${formatDuration(result.ms)}${ended[result.ended]}`;
}
