import type { CursorLine } from '../stopping/reading/cursor-line.ts';
import { extend, structureAt } from '../stopping/reading/code-reading.ts';
import type { Repair } from './repair.ts';

/**
 * Control tokens of every family of the table (docs/engines.md) and their like, as they leak into a
 * text: `<|fim_middle|>` and all of that form, the same with full-width bars, `<fim_prefix>`, also
 * closed (`</fim_middle>`), `<filename>`, `<end_of_turn>`, `[INST]`.
 */
const MARKER = new RegExp(
  [
    '<[|｜]/?[\\w▁-]{1,40}[|｜]>',
    '</?fim[_-](?:prefix|suffix|middle|pad|begin|hole|end)>',
    '<(?:file_sep|file_separator|filename|repo_name|reponame|gh_stars|empty_output)>',
    '<(?:issue|jupyter|commit)_\\w{1,20}>',
    '<(?:start|end)_of_turn>|<extra_id_\\d+>|<(?:bos|eos|pad|unk|mask)>|</s>',
    '\\s?<(?:PRE|SUF|MID|EOT|END)>',
    '\\[/?INST\\]|<</?SYS>>|\\[(?:PREFIX|SUFFIX|MIDDLE)\\]',
  ].join('|'),
  'gu',
);
/** Those that are a tag in markup, and a type argument or an index elsewhere. */
const MAY_BE_CODE = /^<(?:PRE|EOT|END|bos|eos|pad|unk|mask|filename)>$|^<\/s>$|^\[[A-Z]+\]$/;
const MARKUP = new Set(['html', 'xml', 'vue', 'svelte', 'markdown', 'php', 'astro', 'handlebars']);

/** Cuts at the first marker, unless the file itself is about such markers. */
export const cutControlMarkers: Repair = (text, { context, line, stoppedAt }) => {
  for (const { 0: found, index } of text.matchAll(MARKER)) {
    const marker = found.trim();
    const at = index + found.indexOf(marker);
    const own = context.prefix.includes(marker) || context.suffix.includes(marker);
    if (own || isQuoted(line, text, at, stoppedAt === 'rest-of-line')) continue;
    if (MAY_BE_CODE.test(marker) && belongs(context.languageId, text, at, marker)) continue;
    return text.slice(0, index);
  }
  return text;
};

/** A marker in a string that is closed on its line, or behind the cursor, is what the code is about. */
function isQuoted(line: CursorLine, text: string, at: number, closesBehind: boolean): boolean {
  if (text.slice(0, at).includes('\n')) return false;
  const end = text.indexOf('\n', at);
  const reading = extend(line.reading, end === -1 ? text : text.slice(0, end));
  if (!structureAt(reading, line.before.length + at).inString) return false;
  return closesBehind || !structureAt(reading).inString;
}

/** A tag belongs in markup; a type argument or an index stands right behind a name, and something behind it. */
function belongs(languageId: string, text: string, at: number, marker: string): boolean {
  if (MARKUP.has(languageId) || languageId.endsWith('react')) return true;
  const behind = text.slice(at + marker.length);
  return marker !== '</s>' && /\w$/.test(text.slice(0, at)) && /^[^\S\n]*\S/.test(behind);
}
