import type {
  CancellationToken,
  InlineCompletionItem,
  InlineCompletionList,
  InlineCompletionParams,
  Position,
} from 'vscode-languageserver/node';
import { InlineCompletionTriggerKind } from 'vscode-languageserver/node';
import type { TextDocument } from 'vscode-languageserver-textdocument';
import { ACCEPTED_COMMAND } from '../../shared/protocol.ts';
import { whyNothing, type Nothing } from '../completion/nothing.ts';
import type { Suggestion } from '../completion/request.ts';
import type { Daemon } from '../daemon.ts';
import { EngineError } from '../engines/engine.ts';
import type { Trigger } from '../outcomes/records.ts';
import { refusal, signalOf } from './answerable.ts';
import type { SessionSettings } from './settings.ts';
import type { Window } from './window.ts';

/**
 * What is answered where nothing is offered. Neovim goes on showing the suggestion before at null, and Emacs's
 * lsp-mode fails at an empty array.
 */
const NO_OFFER: InlineCompletionList = { items: [] };

/** Of somebody who asked by a command. */
interface Listener {
  readonly onNothing?: (nothing: Nothing) => void;
  readonly onBeginning?: (item: InlineCompletionItem) => void;
}

/** Puts LSP's question for an inline completion to the window's pipeline. */
export class InlineCompletion {
  /** The command that the editor carries out when a suggestion is accepted. */
  acceptCommand = ACCEPTED_COMMAND;
  readonly #daemon: Daemon;
  readonly #window: Window;
  readonly #settings: SessionSettings;

  constructor(daemon: Daemon, window: Window, settings: SessionSettings) {
    this.#daemon = daemon;
    this.#window = window;
    this.#settings = settings;
  }

  complete(params: InlineCompletionParams, token: CancellationToken) {
    return this.#complete(params, triggerOf(params), token);
  }

  /**
   * Somebody asked by a command and waits: where nothing comes, it is said why.
   * @param onBeginning told of the item each time it has grown while it is being written
   */
  async askedFor(
    params: InlineCompletionParams,
    trigger: Trigger,
    token: CancellationToken,
    onBeginning?: (item: InlineCompletionItem) => void,
  ) {
    const reasons: string[] = [];
    const answer = await this.#complete(params, trigger, token, {
      onNothing: (nothing) => reasons.push(whyNothing(nothing) ?? ''),
      ...(onBeginning && { onBeginning }),
    });
    if (Array.isArray(answer)) return answer;
    const why = reasons.join('');
    if (why !== '' && !token.isCancellationRequested) throw refusal(why);
    return null;
  }

  /** Null where the document has moved on. Never an error, on no failure: it would pop up in the editor. */
  async #complete(
    params: InlineCompletionParams,
    trigger: Trigger,
    token: CancellationToken,
    { onNothing, onBeginning }: Listener = {},
  ): Promise<InlineCompletionItem[] | InlineCompletionList | null> {
    const { uri } = params.textDocument;
    const document = this.#window.documents.get(uri);
    if (!document) {
      onNothing?.({ gate: 'closed-document' });
      return null;
    }
    const { version } = document;
    const settings = await this.#settings.forDocument(uri);
    const isCurrent = () =>
      !token.isCancellationRequested && this.#window.documents.get(uri)?.version === version;
    const ahead = aheadOf(document, params);
    if (ahead === null) onNothing?.({ gate: 'other-entry' });
    if (!isCurrent() || ahead === null) return null;
    const offset = document.offsetAt(params.position);
    const text = document.getText();
    const typing = this.#window.typing.isTyping(uri, version, trigger);
    const { sendsAutomatic } = this.#window.typing;
    try {
      const suggestion = await this.#window.complete(
        {
          uri,
          languageId: document.languageId,
          workspace: this.#window.workspaceOf(uri),
          text: text.slice(0, offset) + ahead + text.slice(offset),
          offset: offset + ahead.length,
          ahead,
          trigger,
          typing,
          wantsMore: trigger === 'invoked' && sendsAutomatic && onNothing === undefined,
          settings,
          file: this.#daemon.privateFiles.verdict(uri, settings.files),
          isCurrent,
          textNow: () => this.#window.documents.get(uri)?.getText() ?? null,
          ...(onNothing && { onNothing }),
          ...(onBeginning && {
            onBeginning: (beginning) => onBeginning(this.#item(beginning, params, document, ahead)),
          }),
        },
        signalOf(token),
      );
      if (suggestion) {
        const all = [suggestion, ...(suggestion.others ?? [])];
        return all.map((one) => this.#item(one, params, document, ahead));
      }
    } catch (error) {
      this.#daemon.log.error(`completion failed: ${nameOf(error)}`);
      onNothing?.({ failure: error });
    }
    return isCurrent() ? NO_OFFER : null;
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
    const blanks = blanksOnBoth(suggestion.text, lineBehind(document, end));
    return {
      insertText: typed + ahead + suggestion.text + blanks,
      range: { start, end: { ...end, character: end.character + blanks.length } },
      command: { title: 'Accepted', command: this.acceptCommand, arguments: [suggestion.id] },
    };
  }
}

/**
 * Blanks with which whole lines and the line that they push down both begin. VS Code shows no ghost text at the
 * beginning of blanks, so these are replaced by themselves, and the ghost text is behind them; what stands in the
 * document afterwards is the same.
 */
function blanksOnBoth(lines: string, pushedDown: string): string {
  if (!lines.endsWith('\n')) return '';
  const [own = ''] = /^[ \t]*/.exec(lines) ?? [];
  const [theirs = ''] = /^[ \t]*/.exec(pushedDown) ?? [];
  let length = 0;
  while (length < own.length && own[length] === theirs[length]) length++;
  return theirs.slice(0, length);
}

function lineBehind(document: TextDocument, start: Position): string {
  return document.getText({ start, end: { line: start.line + 1, character: 0 } });
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

function nameOf(error: unknown): string {
  if (error instanceof EngineError) return error.code;
  return error instanceof Error ? `${error.name}: ${error.message}` : 'unknown';
}
