import type { Repair } from './repair.ts';

const FENCE = '```';

/** Takes the fence off an answer that a chat model wrapped in Markdown. */
export const cutMarkdownFence: Repair = (text, { context }) => {
  if (context.languageId === 'markdown' || context.prefix.includes(FENCE)) return text;
  const opened = text.replace(/^\s*```[\w+#-]*[^\S\n]*\n/, '');
  const close = /^[^\S\n]*```[^\S\n]*$/m.exec(opened);
  return close ? opened.slice(0, close.index).replace(/\n$/, '') : opened;
};
