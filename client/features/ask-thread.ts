import {
  CancellationTokenSource,
  CommentMode,
  CommentThreadCollapsibleState,
  MarkdownString,
  type Comment,
  type CommentController,
  type CommentThread,
  type Range,
  type TextDocument,
} from 'vscode';
import { Throttle } from '../throttle.ts';
import { readAnswer, type Answer } from './answer.ts';
import { escapeMarkdown } from './markdown.ts';

/** How often a growing answer is drawn again, milliseconds. */
const REDRAW_EVERY = 120;

/** One question and its answer, shown beside the code. */
export class AskThread {
  readonly source = new CancellationTokenSource();
  readonly thread: CommentThread;
  readonly document: TextDocument;
  readonly range: Range;
  /** The text asked about, to know later whether it still stands where it stood. */
  readonly askedAbout: string;
  readonly #question: Comment;
  readonly #redraw = new Throttle(REDRAW_EVERY, () => this.#draw());
  #answer = '';
  #author = 'Shortstop';
  #footnote = '';
  #closed = false;

  constructor(
    controller: CommentController,
    document: TextDocument,
    range: Range,
    question: string,
  ) {
    this.document = document;
    this.range = range;
    this.askedAbout = document.getText(range);
    this.#question = comment('You', new MarkdownString(escapeMarkdown(question)));
    this.thread = controller.createCommentThread(document.uri, range, [this.#question]);
    this.thread.label = range.isEmpty ? 'About this file' : 'About this selection';
    this.thread.canReply = false;
    this.thread.contextValue = 'running';
    this.thread.collapsibleState = CommentThreadCollapsibleState.Expanded;
  }

  /** What has come so far, safe to show. */
  get answer(): Answer {
    return readAnswer(this.#answer);
  }

  add(piece: string): void {
    this.#answer += piece;
    this.#redraw.request();
  }

  /** @param footnote one line of plain text under the answer */
  finish(answer: string, author: string, footnote: string): void {
    this.#answer = answer;
    this.#author = author;
    this.#footnote = footnote;
    this.#end();
  }

  /** Keeps what has come so far and says under it why there is no more. */
  fail(reason: string): void {
    this.#footnote = reason;
    this.#end();
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#redraw.cancel();
    this.source.cancel();
    this.source.dispose();
    this.thread.dispose();
  }

  #end(): void {
    if (this.#closed) return;
    const { blocks, links } = this.answer;
    const code = blocks.length > 0 ? ' code' : '';
    this.thread.contextValue = `answered${code}${links.length > 0 ? ' links' : ''}`;
    this.#redraw.flush();
  }

  #draw(): void {
    if (this.#closed) return;
    const body = new MarkdownString(this.answer.markdown);
    if (this.#footnote !== '') body.appendMarkdown(`\n\n*${escapeMarkdown(this.#footnote)}*`);
    this.thread.comments = [this.#question, comment(this.#author, body)];
  }
}

function comment(author: string, body: MarkdownString): Comment {
  return { author: { name: author }, body, mode: CommentMode.Preview };
}
