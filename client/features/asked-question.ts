import { commands, InlineCompletionTriggerKind } from 'vscode';

/** An invoked question this long after the command is somebody else's. Milliseconds. */
const ASKED_WITHIN = 2000;

/** The editor's next question for an inline completion, which a command has made it ask. */
export class AskedQuestion<Purpose> {
  #asked: { readonly purpose: Purpose; readonly until: number } | null = null;

  /** Makes the editor ask at the cursor, and marks that question as this one. */
  async ask(
    purpose: Purpose,
    action: 'trigger' | 'showNext' | 'showPrevious' = 'trigger',
  ): Promise<void> {
    this.#asked = { purpose, until: Date.now() + ASKED_WITHIN };
    await commands.executeCommand(`editor.action.inlineSuggest.${action}`);
  }

  /** What a question is for, told once; null where no command has asked it. */
  take(kind: InlineCompletionTriggerKind): Purpose | null {
    if (kind !== InlineCompletionTriggerKind.Invoke || !this.#asked) return null;
    const { purpose, until } = this.#asked;
    this.#asked = null;
    return Date.now() < until ? purpose : null;
  }
}
