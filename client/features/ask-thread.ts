import {
  CancellationTokenSource,
  CommentMode,
  CommentThreadCollapsibleState,
  MarkdownString,
  Range,
  type CancellationToken,
  type Comment,
  type CommentController,
  type CommentThread,
  type TextDocument,
} from 'vscode';
import type { Exchange } from '../../shared/protocol.ts';
import { Throttle } from '../throttle.ts';
import { readAnswer, type Answer } from './answer.ts';
import { escapeMarkdown } from './markdown.ts';

/** How often a growing answer is drawn again, milliseconds. */
const REDRAW_EVERY = 120;

interface Turn {
  readonly question: string;
  answer: string;
  author: string;
  footnote: string;
}

/** Questions about one place and their answers, shown beside the code. */
export class AskThread {
  readonly thread: CommentThread;
  readonly document: TextDocument;
  readonly #redraw = new Throttle(REDRAW_EVERY, () => this.#draw());
  readonly #turns: Turn[] = [];
  #source = new CancellationTokenSource();
  #range: Range;
  /** The text asked about, to know later whether it still stands where it stood. */
  #askedAbout: string;
  #closed = false;

  /** With a comment from the start: a thread without one would open its reply box and take the focus. */
  constructor(
    controller: CommentController,
    document: TextDocument,
    range: Range,
    question: string,
  ) {
    this.document = document;
    this.#range = range;
    this.#askedAbout = document.getText(range);
    this.thread = controller.createCommentThread(document.uri, range, [asComment(question)]);
    this.thread.label = range.isEmpty ? 'About this file' : 'About this selection';
    this.thread.collapsibleState = CommentThreadCollapsibleState.Expanded;
  }

  /** Of the last question, as far as it has come; safe to show. */
  get answer(): Answer {
    return readAnswer(this.#turns.at(-1)?.answer ?? '');
  }

  /** What was asked and answered before the last question. */
  get earlier(): Exchange[] {
    return this.#turns
      .slice(0, -1)
      .filter(({ answer }) => answer !== '')
      .map(({ question, answer }) => ({ question, answer }));
  }

  get wasCancelled(): boolean {
    return this.#source.token.isCancellationRequested;
  }

  /** Where the text asked about stands now, also where it has moved; undefined where it was changed. */
  get range(): Range | undefined {
    if (this.document.getText(this.#range) === this.#askedAbout) return this.#range;
    const text = this.document.getText();
    const at = text.indexOf(this.#askedAbout);
    if (at === -1 || text.includes(this.#askedAbout, at + 1)) return undefined;
    const end = at + this.#askedAbout.length;
    return new Range(this.document.positionAt(at), this.document.positionAt(end));
  }

  /** Where a question is about: that text, or, where it was changed, the file around it. */
  get place(): Range {
    const range = this.range ?? new Range(this.#range.start, this.#range.start);
    return this.document.validateRange(range);
  }

  /** From now on it is about what stands here. */
  moveTo(range: Range): void {
    this.#range = range;
    this.#askedAbout = this.document.getText(range);
    this.thread.range = range;
  }

  /** @returns a token that is cancelled with the question */
  begin(question: string): CancellationToken {
    this.#source.dispose();
    this.#source = new CancellationTokenSource();
    this.#turns.push({ question, answer: '', author: 'Shortstop', footnote: '' });
    this.thread.canReply = false;
    this.thread.contextValue = 'running';
    this.#redraw.flush();
    return this.#source.token;
  }

  add(piece: string): void {
    const turn = this.#turns.at(-1);
    if (turn) turn.answer += piece;
    this.#redraw.request();
  }

  /** @param footnote one line of plain text under the answer */
  finish(answer: string, author: string, footnote: string): void {
    this.#end({ answer, author, footnote });
  }

  /** Keeps what has come so far and says under it why there is no more. */
  fail(reason: string): void {
    this.#end({ footnote: reason });
  }

  cancel(): void {
    this.#source.cancel();
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#redraw.cancel();
    this.#source.cancel();
    this.#source.dispose();
    this.thread.dispose();
  }

  #end(last: Partial<Turn>): void {
    const turn = this.#turns.at(-1);
    if (this.#closed || !turn) return;
    Object.assign(turn, last);
    const { blocks, links } = this.answer;
    const code = blocks.length > 0 ? ' code' : '';
    this.thread.contextValue = `answered${code}${links.length > 0 ? ' links' : ''}`;
    this.thread.canReply = true;
    this.#redraw.flush();
  }

  #draw(): void {
    if (this.#closed) return;
    this.thread.comments = this.#turns.flatMap(({ question, answer, author, footnote }) => {
      const asked = asComment(question);
      if (answer === '' && footnote === '') return [asked];
      const body = new MarkdownString(readAnswer(answer).markdown);
      if (footnote !== '') body.appendMarkdown(`\n\n*${escapeMarkdown(footnote)}*`);
      return [asked, comment(author, body)];
    });
  }
}

function asComment(question: string): Comment {
  return comment('You', new MarkdownString(escapeMarkdown(question)));
}

function comment(author: string, body: MarkdownString): Comment {
  return { author: { name: author }, body, mode: CommentMode.Preview };
}
