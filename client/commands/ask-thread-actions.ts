import {
  env,
  Range,
  Uri,
  window,
  type CommentReply,
  type CommentThread,
  type TextEditor,
} from 'vscode';
import type { ClientContext } from '../context.ts';
import type { CodeBlock, WebLink } from '../features/answer.ts';
import type { AskThread } from '../features/ask-thread.ts';
import { fitted } from '../features/fitted.ts';

/** What can be done with an answer; each takes the comment thread that its menu belongs to. */

export function cancelAsk(context: ClientContext, thread: unknown): void {
  context.ask.cancel(asThread(thread));
}

export function closeAsk(context: ClientContext, thread: unknown): void {
  context.ask.close(asThread(thread));
}

/** Puts a code block of the answer at the cursor. */
export async function insertCode(context: ClientContext, thread: unknown): Promise<void> {
  const chosen = await choose(context, thread);
  if (!chosen) return;
  const { editor, block } = chosen;
  const { active } = editor.selection;
  await edit(editor, new Range(active, active), block.code);
}

/** Shows how the file reads with a code block of the answer where the text asked about, or what is selected, stands. */
export async function replaceSelection(context: ClientContext, thread: unknown): Promise<void> {
  const chosen = await choose(context, thread);
  if (!chosen) return;
  const { asked, editor, block } = chosen;
  const { document, selection } = editor;
  const range = selection.isEmpty ? asked.range : selection;
  if (!range) throw new Error('The text asked about has changed: select what to replace.');
  if (range.isEmpty) throw new Error('The question was about the file: select what to replace.');
  const before = document.lineAt(range.start.line).text.slice(0, range.start.character);
  const code = fitted(block.code, document.getText(range).replaceAll('\r\n', '\n'), before);
  await context.proposals.show(document, range, code, () => asked.moveTo(grown(range, code)));
}

/** Where `code` stands once it has taken the place of `range`. */
function grown({ start }: Range, code: string): Range {
  const lines = code.split('\n');
  const last = lines.at(-1) ?? '';
  const column = lines.length === 1 ? start.character + last.length : last.length;
  return new Range(start.line, start.character, start.line + lines.length - 1, column);
}

export function applyReplacement(context: ClientContext, uri: unknown): Promise<void> {
  return context.proposals.apply(uri);
}

export function discardReplacement(context: ClientContext, uri: unknown): Promise<void> {
  return context.proposals.discard(uri);
}

/** Copies a code block of the answer. */
export async function copyCode(context: ClientContext, thread: unknown): Promise<void> {
  const block = await chooseBlock(context.ask.find(asThread(thread))?.answer.blocks ?? []);
  if (block) await env.clipboard.writeText(block.code);
}

/** Argument: the thread and what was written into its reply box; without it, the user is asked. */
export async function reply(context: ClientContext, written: unknown): Promise<void> {
  const { thread, text } = (written ?? {}) as Partial<CommentReply>;
  const title = 'Shortstop: Ask a Follow-Up';
  const question =
    text ?? (await window.showInputBox({ title, prompt: 'A question about the last answer.' }));
  if (question === undefined || question.trim() === '') return;
  await context.ask.reply(question.trim(), thread);
}

/** Opens an address that the answer names, once the user has read where it leads. */
export async function openLink(context: ClientContext, thread: unknown): Promise<void> {
  const links = context.ask.find(asThread(thread))?.answer.links ?? [];
  const link = await chooseLink(links);
  if (!link) return;
  const open = `Open ${link.host}`;
  const choice = await window.showWarningMessage(
    `Open a page of ${link.host}?`,
    {
      modal: true,
      detail: `The model wrote this address, and code of yours may stand in it. Whoever runs ${link.host} gets all of it:\n\n${link.url}`,
    },
    open,
  );
  if (choice === open) await env.openExternal(Uri.parse(link.url, true));
}

async function chooseLink(links: readonly WebLink[]): Promise<WebLink | undefined> {
  if (links.length <= 1) return links[0];
  const items = links.map((link) => ({ label: link.host, description: link.url, link }));
  return (await window.showQuickPick(items, { title: 'Which link?' }))?.link;
}

async function choose(
  context: ClientContext,
  thread: unknown,
): Promise<{ asked: AskThread; editor: TextEditor; block: CodeBlock } | undefined> {
  const asked = context.ask.find(asThread(thread));
  if (!asked) return undefined;
  const block = await chooseBlock(asked.answer.blocks);
  if (!block) return undefined;
  return { asked, editor: await window.showTextDocument(asked.document), block };
}

async function chooseBlock(blocks: readonly CodeBlock[]): Promise<CodeBlock | undefined> {
  if (blocks.length <= 1) return blocks[0];
  const items = blocks.map((block, index) => ({
    label: `${index + 1}: ${block.code.split('\n').find((line) => line.trim() !== '') ?? ''}`,
    description: block.language,
    block,
  }));
  return (await window.showQuickPick(items, { title: 'Which code block?' }))?.block;
}

async function edit(editor: TextEditor, range: Range, code: string): Promise<void> {
  const done = await editor.edit((builder) => builder.replace(range, code));
  if (!done) throw new Error('The editor refused the change.');
}

function asThread(value: unknown): CommentThread | undefined {
  const isThread = typeof value === 'object' && value !== null && 'collapsibleState' in value;
  return isThread ? (value as CommentThread) : undefined;
}
