import { randomUUID } from 'node:crypto';
import {
  commands,
  comments,
  type CancellationToken,
  type CommentThread,
  type TextEditor,
} from 'vscode';
import { formatCount, formatDuration } from '../../shared/figures.ts';
import { AskRequest, type AskResult } from '../../shared/protocol.ts';
import type { DaemonProcess } from '../daemon-process.ts';
import { Disposables } from '../disposables.ts';
import { AskThread } from './ask-thread.ts';
import { ThinkingSign } from './thinking-sign.ts';

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
  readonly #thinking = this.#disposables.track(new ThinkingSign());
  readonly #threads = new Set<AskThread>();
  readonly #running = new Set<AskThread>();

  constructor(daemon: DaemonProcess) {
    this.#daemon = daemon;
    this.#controller.options = {
      prompt: 'Ask a Follow-Up…',
      placeHolder: 'A question about this answer or the code',
    };
  }

  /** Resolves when the answer is complete, cancelled or failed; the thread says which. */
  async ask(editor: TextEditor, question: string): Promise<void> {
    const asked = new AskThread(this.#controller, editor.document, editor.selection, question);
    this.#threads.add(asked);
    await this.#answer(asked, question);
  }

  /** One more question in a thread, by default the last one; resolves as `ask` does. */
  async reply(question: string, thread?: CommentThread): Promise<void> {
    const asked = this.find(thread);
    if (!asked) throw new Error('There is no answer to go on from.');
    if (this.#running.has(asked)) throw new Error('Wait for the answer, or cancel it.');
    await this.#answer(asked, question);
  }

  async #answer(asked: AskThread, question: string): Promise<void> {
    const token = asked.begin(question);
    this.#setRunning(asked, true);
    const stopThinking = this.#thinking.show(asked.document, asked.place);
    try {
      const result = await this.#stream(asked, question, token, stopThinking);
      asked.finish(result.answer, `Shortstop · ${result.model}`, footnote(result));
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      asked.fail(asked.wasCancelled ? 'Cancelled.' : reason);
    } finally {
      stopThinking();
      this.#setRunning(asked, false);
    }
  }

  /** Cancels the answer in `thread`, or all answers being written. */
  cancel(thread?: CommentThread): void {
    const wanted = this.find(thread);
    const targets = thread && wanted ? [wanted] : [...this.#running];
    for (const asked of targets) asked.cancel();
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

  async #stream(
    asked: AskThread,
    question: string,
    token: CancellationToken,
    onFirst: () => void,
  ): Promise<AskResult> {
    const partialResultToken = randomUUID();
    const { code2ProtocolConverter: toProtocol } = this.#daemon.client;
    const pieces = this.#daemon.client.onProgress(AskRequest.piece, partialResultToken, (piece) => {
      onFirst();
      asked.add(piece);
    });
    try {
      const params = {
        question,
        earlier: asked.earlier,
        textDocument: toProtocol.asTextDocumentIdentifier(asked.document),
        range: toProtocol.asRange(asked.place),
        partialResultToken,
      };
      return await this.#daemon.client.sendRequest(AskRequest.type, params, token);
    } finally {
      pieces.dispose();
    }
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

const ENDED = {
  'natural-end': '',
  cap: ' · cut at the limit',
  cancelled: ' · cancelled',
  'code-closed': ' · stopped: the code is complete',
  repetition: ' · stopped: it said the same over and over',
} as const satisfies Record<AskResult['ended'], string>;

function footnote({ tokens, ms, ended, avoidedAtMost = 0 }: AskResult): string {
  const avoided = avoidedAtMost > 0 ? `, at most ${formatCount(avoidedAtMost)} tokens avoided` : '';
  return `${formatCount(tokens)} tokens in ${formatDuration(ms)}${ENDED[ended]}${avoided}`;
}
