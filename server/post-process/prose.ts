import type { Repair } from './repair.ts';

/** What a chat model writes before its code, or in its place. */
const PROSE =
  /^\s*(?:here(?:'s| is| are)\b|sure[,!. ]|certainly\b|of course\b|okay[,. ]|(?:to|you can|let's) (?:complete|finish|fix|implement|fill)\b|the (?:completed?|missing|following|corrected|code|function)\b|below is\b|this (?:code|function|will|is)\b|i(?:'ve|'ll| have| will| think|'m sorry)\b|sorry[,. ]|as an ai\b)[^\n;{}=]*(?:\n|$)/i;
const THOUGHT = /^\s*<(think|thinking|thought|reasoning)>[^]*?<\/\1>\s*/i;
const THINKING = /^\s*<\/?(?:think|thinking|thought|reasoning)>/i;
const PROSE_LANGUAGES = new Set([
  'markdown',
  'plaintext',
  'latex',
  'tex',
  'restructuredtext',
  'mdx',
]);

/** Takes off what a model thought aloud before its answer; what it did not finish is no answer. */
export const cutThinking: Repair = (text, { context }) => {
  if (context.prefix.includes('<think')) return text;
  const answer = text.replace(THOUGHT, '');
  return THINKING.test(answer) ? '' : answer;
};

/** An answer that speaks to the person is no code: nothing of it is offered. */
export const dropProse: Repair = (text, { context, line }) => {
  const mayBeProse =
    PROSE_LANGUAGES.has(context.languageId) || context.kind === 'comment' || line.inString;
  if (mayBeProse || !PROSE.test(text)) return text;
  const code = /```[\w+#-]*[^\S\n]*\n([^]*)$/.exec(text)?.[1];
  return code ?? '';
};
