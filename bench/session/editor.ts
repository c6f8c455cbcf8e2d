import {
  CancellationToken,
  DidChangeTextDocumentNotification,
  DidOpenTextDocumentNotification,
  DidSaveTextDocumentNotification,
  InlineCompletionRequest,
  InlineCompletionTriggerKind,
  TextDocumentSaveReason,
  WillSaveTextDocumentNotification,
  type InlineCompletionItem,
  type ProtocolConnection,
} from 'vscode-languageserver-protocol/node';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { AcceptedNotification } from '../../shared/protocol.ts';

/** A suggestion as the editor holds it: what accepting it puts between two offsets. */
export interface GhostText {
  readonly suggestionId: string;
  readonly text: string;
  /** UTF-16 offsets of what accepting replaces. */
  readonly start: number;
  readonly end: number;
}

/** One open document, and what an editor tells the daemon about it. */
export class SimulatedEditor {
  readonly #connection: ProtocolConnection;
  #document: TextDocument;
  #cursor = 0;

  private constructor(connection: ProtocolConnection, document: TextDocument) {
    this.#connection = connection;
    this.#document = document;
  }

  static async open(
    connection: ProtocolConnection,
    uri: string,
    languageId: string,
    text: string,
  ): Promise<SimulatedEditor> {
    const textDocument = { uri, languageId, version: 1, text };
    await connection.sendNotification(DidOpenTextDocumentNotification.type, { textDocument });
    return new SimulatedEditor(connection, TextDocument.create(uri, languageId, 1, text));
  }

  get text(): string {
    return this.#document.getText();
  }

  get cursor(): number {
    return this.#cursor;
  }

  /** Replaces what stands between two offsets, in one change; the cursor goes behind it. */
  async replace(start: number, end: number, text: string): Promise<void> {
    const range = {
      start: this.#document.positionAt(start),
      end: this.#document.positionAt(end),
    };
    const version = this.#document.version + 1;
    this.#document = TextDocument.update(this.#document, [{ range, text }], version);
    this.#cursor = start + text.length;
    await this.#connection.sendNotification(DidChangeTextDocumentNotification.type, {
      textDocument: { uri: this.#document.uri, version },
      contentChanges: [{ range, text }],
    });
  }

  /** Types at the cursor, one change per character. */
  async type(text: string): Promise<void> {
    for (const char of text) await this.replace(this.#cursor, this.#cursor, char);
  }

  /** Asks for ghost text at the cursor, as the editor does by itself after a change. */
  async ask(token = CancellationToken.None): Promise<GhostText | null> {
    const [first] = await this.#items(InlineCompletionTriggerKind.Automatic, token);
    return first ?? null;
  }

  /** Asks for all candidates at the cursor, as the editor does when somebody wants the next one. */
  askAll(token = CancellationToken.None): Promise<GhostText[]> {
    return this.#items(InlineCompletionTriggerKind.Invoked, token);
  }

  /** Takes the whole suggestion: the edit first, then the item's command. */
  async accept(ghost: GhostText): Promise<void> {
    await this.replace(ghost.start, ghost.end, ghost.text);
    await this.tellAccepted(ghost);
  }

  /** The item's command alone, behind an edit that stands already. */
  async tellAccepted({ suggestionId }: GhostText): Promise<void> {
    await this.#connection.sendNotification(AcceptedNotification.type, { suggestionId });
  }

  /** Saves by hand: what the user has written up to now is what is kept. */
  async save(): Promise<void> {
    const textDocument = { uri: this.#document.uri };
    const reason = TextDocumentSaveReason.Manual;
    await this.#connection.sendNotification(WillSaveTextDocumentNotification.type, {
      textDocument,
      reason,
    });
    await this.#connection.sendNotification(DidSaveTextDocumentNotification.type, { textDocument });
  }

  async #items(
    triggerKind: InlineCompletionTriggerKind,
    token: CancellationToken,
  ): Promise<GhostText[]> {
    const { uri } = this.#document;
    const asked = {
      textDocument: { uri },
      position: this.#document.positionAt(this.#cursor),
      context: { triggerKind },
    };
    const { type } = InlineCompletionRequest;
    const answer = await this.#connection.sendRequest(type, asked, token);
    const items = Array.isArray(answer) ? answer : (answer?.items ?? []);
    return items.map((item) => this.#ghostText(item));
  }

  #ghostText(item: InlineCompletionItem): GhostText {
    const id: unknown = item.command?.arguments?.[0];
    if (typeof id !== 'string') throw new Error('an item without a suggestion id');
    if (typeof item.insertText !== 'string') throw new Error('an item that is a snippet');
    const at = this.#cursor;
    return {
      suggestionId: id,
      text: item.insertText,
      start: item.range ? this.#document.offsetAt(item.range.start) : at,
      end: item.range ? this.#document.offsetAt(item.range.end) : at,
    };
  }
}
