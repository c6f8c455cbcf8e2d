import type { Repair } from './repair.ts';

/**
 * Tokens of the prompt's format that leaked into the text: `<|fim_middle|>` and its like, the same
 * with DeepSeek's full-width bars, StarCoder's `<fim_prefix>`, CodeLlama's `<EOT>`.
 */
const MARKER =
  /<[|｜][\w▁ -]{1,40}[|｜]>|<(?:fim_(?:prefix|suffix|middle|pad)|file_sep|endoftext)>|\s?<(?:PRE|SUF|MID|EOT)>/;

/** Cuts at the first marker, unless the file itself is about such markers. */
export const cutControlMarkers: Repair = (text, { context }) => {
  const found = MARKER.exec(text);
  if (!found) return text;
  const marker = found[0].trim();
  const own = context.prefix.includes(marker) || context.suffix.includes(marker);
  return own ? text : text.slice(0, found.index);
};
