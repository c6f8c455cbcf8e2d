import type { Repair } from './repair.ts';

/** What a chat model writes before its code, or in its place. */
const PROSE =
  /^\s*(?:Here(?:'s| is| are)\b|Sure[,!. ]|Certainly\b|Of course\b|Okay[,. ]|(?:To|You can|Let's) (?:complete|finish|fix|implement|fill)\b|The (?:completed?|missing|following|corrected|code|function)\b|Below is\b|This (?:code|function|will|is)\b|I(?:'ve|'ll| have| will| think|'m sorry)\b|Sorry[,. ]|As an AI\b)[^\n;{}=]*(?:\n|$)/;
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
