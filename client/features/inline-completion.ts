import {
  Range,
  window,
  type CancellationToken,
  type InlineCompletionItem,
  type LogOutputChannel,
  type Position,
} from 'vscode';
import type { LanguageClient, Middleware } from 'vscode-languageclient/node';
import { ACCEPTED_COMMAND, SuggestRequest } from '../../shared/protocol.ts';
import { AskedQuestion } from './asked-question.ts';
import type { CompleteHere } from './complete-here.ts';

/** How long the status bar says why nothing came. Milliseconds. */
const SAID_FOR = 8000;
const NO_OTHER = 'The model sees no other way to go on here.';

/** What the extension adds to the language client's own inline completions. */
export class InlineCompletion {
  readonly #log: LogOutputChannel;
  readonly #here: CompleteHere;
  readonly #asked = new AskedQuestion<'suggestion' | 'another'>();

  constructor(log: LogOutputChannel, here: CompleteHere) {
    this.#log = log;
    this.#here = here;
  }

  /** Asks for a suggestion at the cursor. */
  suggest(): Promise<void> {
    return this.#asked.ask('suggestion');
  }

  /** Shows another suggestion for the same place; the first time, the editor asks for more. */
  showOther(action: 'showNext' | 'showPrevious'): Promise<void> {
    return this.#asked.ask('another', action);
  }

  middleware(client: LanguageClient): Pick<Middleware, 'provideInlineCompletionItems'> {
    return {
      provideInlineCompletionItems: async (document, position, context, token, next) => {
        try {
          const asked = this.#asked.take(context.triggerKind);
          if (asked !== 'suggestion') {
            const question = { document, position, context };
            const here = asked ? undefined : this.#here.provide(client, question, token);
            const answer = await (here ?? next(document, position, context, token));
            const items = Array.isArray(answer) ? answer : (answer?.items ?? []);
            if (asked && items.length < 2 && !token.isCancellationRequested) sayCalmly(NO_OTHER);
            return items.map((item) => completed(item, position));
          }
          const params = client.code2ProtocolConverter.asInlineCompletionParams(
            document,
            position,
            context,
          );
          const answer = await client
            .sendRequest(SuggestRequest.type, params, token)
            .catch((error: unknown) => this.#sayWhy(error, token));
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

  /** Somebody asked by a command: the daemon's reason for nothing is theirs to read. */
  #sayWhy(error: unknown, token: CancellationToken): null {
    const message = error instanceof Error ? error.message : String(error);
    this.#log.info(`nothing came: ${message}`);
    if (!token.isCancellationRequested) sayCalmly(message);
    return null;
  }
}

function sayCalmly(why: string): void {
  window.setStatusBarMessage(`$(info) Shortstop: ${why}`, SAID_FOR);
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
