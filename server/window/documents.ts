import type { Range, TextDocumentContentChangeEvent } from 'vscode-languageserver/node';
import { TextDocument } from 'vscode-languageserver-textdocument';

/** A change as the editor sent it, with the UTF-16 offsets that it had when it was applied. */
export interface AppliedChange {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** The editor's open documents, kept in step by incremental sync. */
export class Documents {
  readonly #open = new Map<string, TextDocument>();

  open(uri: string, languageId: string, version: number, text: string): TextDocument {
    const document = TextDocument.create(uri, languageId, version, text);
    this.#open.set(uri, document);
    return document;
  }

  get(uri: string): TextDocument | undefined {
    return this.#open.get(uri);
  }

  all(): IterableIterator<TextDocument> {
    return this.#open.values();
  }

  /** Applies the changes one after the other, as LSP means them; undefined for a closed document. */
  change(
    uri: string,
    version: number,
    changes: readonly TextDocumentContentChangeEvent[],
  ): { document: TextDocument; applied: AppliedChange[] } | undefined {
    let document = this.#open.get(uri);
    if (!document) return undefined;
    const applied: AppliedChange[] = [];
    for (const change of changes) {
      applied.push(offsetsOf(document, change));
      document = TextDocument.update(document, [change], version);
    }
    this.#open.set(uri, document);
    return { document, applied };
  }

  close(uri: string): TextDocument | undefined {
    const document = this.#open.get(uri);
    this.#open.delete(uri);
    return document;
  }
}

function offsetsOf(document: TextDocument, change: TextDocumentContentChangeEvent): AppliedChange {
  const range: Range | undefined = 'range' in change ? change.range : undefined;
  if (!range) return { start: 0, end: document.getText().length, text: change.text };
  return {
    start: document.offsetAt(range.start),
    end: document.offsetAt(range.end),
    text: change.text,
  };
}
