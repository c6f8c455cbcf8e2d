import { Hover, languages, MarkdownString, window, type Disposable, type Position } from 'vscode';
import type { TextDocument } from 'vscode';
import { COMMANDS } from '../../shared/commands.ts';
import { STOP_LABELS } from '../../shared/labels.ts';
import type { Explanation } from '../../shared/explanation.ts';
import { WhyRequest } from '../../shared/protocol.ts';
import type { DaemonProcess } from '../daemon-process.ts';
import { escapeMarkdown } from './markdown.ts';

const COMMANDS_IN_HOVER = [COMMANDS.why, COMMANDS.tooShort, COMMANDS.good, COMMANDS.tooLong];

/** At the cursor, behind a suggestion: why it stopped here, and what one may say of it. */
export function whyHover(daemon: DaemonProcess): Disposable {
  return languages.registerHoverProvider('*', {
    provideHover: async (document, position) => {
      if (!isAtCursor(document, position)) return undefined;
      const explanation = await explanationOf(daemon);
      return explanation && isAbout(explanation, document, position)
        ? new Hover(hoverText(explanation))
        : undefined;
    },
  });
}

function isAtCursor(document: TextDocument, { line, character }: Position): boolean {
  const editor = window.activeTextEditor;
  if (editor?.document !== document) return false;
  const { active } = editor.selection;
  return active.line === line && Math.abs(active.character - character) <= 1;
}

/** Null while the daemon can't be asked: another provider may know something. */
async function explanationOf({ client }: DaemonProcess): Promise<Explanation | null> {
  return client.sendRequest(WhyRequest.type).catch(() => null);
}

/** Whether the request was made on this line, or its text reaches down to it. */
function isAbout(
  { uri, line, steps }: Explanation,
  document: TextDocument,
  position: Position,
): boolean {
  const lines = steps.reduce((sum, { text }) => sum + text.split('\n').length - 1, 0);
  return document.uri.toString() === uri && position.line >= line && position.line <= line + lines;
}

function hoverText(explanation: Explanation): MarkdownString {
  const text = new MarkdownString(hoverMarkdown(explanation));
  text.isTrusted = { enabledCommands: COMMANDS_IN_HOVER };
  return text;
}

function hoverMarkdown({ reason, offset, tokensAtStop, stopMs }: Explanation): string {
  const tokens = `${tokensAtStop} ${tokensAtStop === 1 ? 'token' : 'tokens'}`;
  const cost = `${tokens}, ${Math.round(stopMs)} ms`;
  if (offset === 0) return `**Shortstop suggests nothing here.** (${cost})`;
  const links = [
    `[Each token](command:${COMMANDS.why})`,
    `[Too short](command:${COMMANDS.tooShort})`,
    `[Good](command:${COMMANDS.good})`,
    `[Too long](command:${COMMANDS.tooLong})`,
  ];
  return [
    `**Shortstop stopped here.** ${escapeMarkdown(STOP_LABELS[reason].explanation)} (${cost})`,
    links.join(' · '),
    'Tab takes all, Ctrl+Right a word, Shift+Tab a line (Cmd+Right on a Mac)',
  ].join('\n\n');
}
