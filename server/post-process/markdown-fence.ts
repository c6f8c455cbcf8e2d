import { structureAt, extend } from '../stopping/reading/code-reading.ts';
import type { Repair } from './repair.ts';

const FENCE = '```';

/** Takes the fence off an answer that a chat model wrapped in Markdown, and what stands behind it. */
export const cutMarkdownFence: Repair = (text, { context, line }) => {
  const { languageId, prefix } = context;
  if (languageId === 'markdown' || languageId === 'mdx' || prefix.includes(FENCE)) return text;
  if (line.inString || context.kind === 'comment') return text;
  const opened = text.replace(/^\s*```[\w+#-]*[^\S\n]*(?:\n|$)/, '');
  for (let at = opened.indexOf(FENCE); at !== -1; at = opened.indexOf(FENCE, at + 1)) {
    const before = opened.slice(opened.lastIndexOf('\n', at) + 1, at);
    const reading = before.length === at ? extend(line.reading, before) : null;
    if (reading && structureAt(reading).inString) continue;
    return opened.slice(0, at).replace(/\n[^\S\n]*$/, '');
  }
  return opened;
};
