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
import { ACCEPTED_COMMAND, CompleteHereRequest } from '../../shared/protocol.ts';

/** An invoked request this long after the command is somebody else's. Milliseconds. */
const COMPLETE_HERE_WITHIN = 2000;

/** What the extension adds to the language client's own inline completions. */
export class InlineCompletion {
  readonly #log: LogOutputChannel;
  #completeHereUntil = 0;

  constructor(log: LogOutputChannel) {
    this.#log = log;
  }

  /** Makes the editor ask at the cursor, and marks that question as one for a longer answer. */
  async completeHere(): Promise<void> {
    this.#completeHereUntil = Date.now() + COMPLETE_HERE_WITHIN;
    await commands.executeCommand('editor.action.inlineSuggest.trigger');
  }

  middleware(client: LanguageClient): Pick<Middleware, 'provideInlineCompletionItems'> {
    return {
      provideInlineCompletionItems: async (document, position, context, token, next) => {
        try {
          if (!this.#takeCompleteHere(context.triggerKind)) {
            const answer = await next(document, position, context, token);
            const items = Array.isArray(answer) ? answer : (answer?.items ?? []);
            return items.map((item) => completed(item, position));
          }
          const params = client.code2ProtocolConverter.asInlineCompletionParams(
            document,
            position,
            context,
          );
          const answer = await client
            .sendRequest(CompleteHereRequest.type, params, token)
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
    this.#log.info(`Complete Here: ${message}`);
    if (!token.isCancellationRequested) void window.showInformationMessage(`Shortstop: ${message}`);
    return null;
  }

  #takeCompleteHere(kind: InlineCompletionTriggerKind): boolean {
    const wanted =
      kind === InlineCompletionTriggerKind.Invoke && Date.now() < this.#completeHereUntil;
    if (wanted) this.#completeHereUntil = 0;
    return wanted;
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
