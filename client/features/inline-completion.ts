import {
  commands,
  InlineCompletionTriggerKind,
  Range,
  window,
  type CancellationToken,
  type InlineCompletionItem,
  type LogOutputChannel,
  type Position,
} from 'vscode';
import type { LanguageClient, Middleware } from 'vscode-languageclient/node';
import { ACCEPTED_COMMAND, SuggestRequest } from '../../shared/protocol.ts';
import type { CompleteHere } from './complete-here.ts';

/** An invoked request this long after the command is somebody else's. Milliseconds. */
const ASKED_WITHIN = 2000;
/** How long the status bar says why nothing came. Milliseconds. */
const SAID_FOR = 8000;
const NO_OTHER = 'The model sees no other way to go on here.';

/** What somebody asks for by a command, and how they are told why nothing came. */
interface Asking {
  /** Null asks as the editor itself does. */
  readonly request: typeof SuggestRequest | null;
  readonly say: (why: string) => void;
}

const SUGGEST: Asking = { request: SuggestRequest, say: sayCalmly };
const OTHER: Asking = { request: null, say: sayCalmly };

function sayCalmly(why: string): void {
  window.setStatusBarMessage(`$(info) Shortstop: ${why}`, SAID_FOR);
}

/** What the extension adds to the language client's own inline completions. */
export class InlineCompletion {
  readonly #log: LogOutputChannel;
  readonly #here: CompleteHere;
  #asked: { readonly asking: Asking; readonly until: number } | null = null;

  constructor(log: LogOutputChannel, here: CompleteHere) {
    this.#log = log;
    this.#here = here;
  }

  /** Asks for a suggestion at the cursor. */
  suggest(): Promise<void> {
    return this.#ask(SUGGEST, 'trigger');
  }

  /** Shows another suggestion for the same place; the first time, the editor asks for more. */
  showOther(action: 'showNext' | 'showPrevious'): Promise<void> {
    return this.#ask(OTHER, action);
  }

  middleware(client: LanguageClient): Pick<Middleware, 'provideInlineCompletionItems'> {
    return {
      provideInlineCompletionItems: async (document, position, context, token, next) => {
        try {
          const asking = this.#takeAsked(context.triggerKind);
          if (!asking?.request) {
            const question = { document, position, context };
            const here = asking ? undefined : this.#here.provide(client, question, token);
            const answer = await (here ?? next(document, position, context, token));
            const items = Array.isArray(answer) ? answer : (answer?.items ?? []);
            if (asking && items.length < 2 && !token.isCancellationRequested) asking.say(NO_OTHER);
            return items.map((item) => completed(item, position));
          }
          const params = client.code2ProtocolConverter.asInlineCompletionParams(
            document,
            position,
            context,
          );
          const answer = await client
            .sendRequest(asking.request.type, params, token)
            .catch((error: unknown) => this.#sayWhy(error, asking.say, token));
          const items = await client.protocol2CodeConverter.asInlineCompletionResult(
            answer ?? [],
            token,
          );
          return (Array.isArray(items) ? items : []).map((item) => completed(item, position));
        } catch (error) {
          this.#log.debug('no completion', error instanceof Error ? error.message : String(error));
          return undefined;
        }
      },
    };
  }

  /** Makes the editor ask at the cursor, and marks that question as this one. */
  async #ask(asking: Asking, action: string): Promise<void> {
    this.#asked = { asking, until: Date.now() + ASKED_WITHIN };
    await commands.executeCommand(`editor.action.inlineSuggest.${action}`);
  }

  /** Somebody asked by a command: the daemon's reason for nothing is theirs to read. */
  #sayWhy(error: unknown, say: Asking['say'], token: CancellationToken): null {
    const message = error instanceof Error ? error.message : String(error);
    this.#log.info(`nothing came: ${message}`);
    if (!token.isCancellationRequested) say(message);
    return null;
  }

  #takeAsked(kind: InlineCompletionTriggerKind): Asking | null {
    if (kind !== InlineCompletionTriggerKind.Invoke || !this.#asked) return null;
    const { asking, until } = this.#asked;
    this.#asked = null;
    return Date.now() < until ? asking : null;
  }
}

/** With our own accept command (the daemon may have prefixed its id) and always with a range. */
function completed(item: InlineCompletionItem, position: Position): InlineCompletionItem {
  item.range ??= new Range(position, position);
  const suggestionId: unknown = item.command?.arguments?.[0];
  if (typeof suggestionId === 'string') {
    item.command = { title: '', command: ACCEPTED_COMMAND, arguments: [suggestionId] };
  } else {
    delete item.command;
  }
  return item;
}
