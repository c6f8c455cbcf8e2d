/** A fenced block of a Markdown answer. */
export interface CodeBlock {
  /** The word after the opening fence; empty where there is none. */
  readonly language: string;
  /** Without the fences and without a final line break. */
  readonly code: string;
}

/** The fenced code blocks of `markdown` (CommonMark 0.31, section 4.5), an unclosed last one too. */
export function codeBlocks(markdown: string): CodeBlock[] {
  const blocks: CodeBlock[] = [];
  let open: { fence: string; indent: number; language: string; lines: string[] } | undefined;
  for (const line of markdown.split(/\r?\n/)) {
    if (!open) {
      const start = /^( {0,3})(`{3,}|~{3,})\s*([^\s`]*)[^`]*$/.exec(line);
      if (start) {
        const [, indent = '', fence = '', language = ''] = start;
        open = { fence, indent: indent.length, language, lines: [] };
      }
      continue;
    }
    if (closes(line, open.fence)) {
      blocks.push({ language: open.language, code: open.lines.join('\n') });
      open = undefined;
      continue;
    }
    open.lines.push(line.replace(new RegExp(`^ {0,${open.indent}}`), ''));
  }
  if (open && open.lines.length > 0) {
    blocks.push({ language: open.language, code: open.lines.join('\n') });
  }
  return blocks;
}

function closes(line: string, fence: string): boolean {
  const end = /^ {0,3}(`{3,}|~{3,})\s*$/.exec(line)?.[1];
  return end !== undefined && end[0] === fence[0] && end.length >= fence.length;
}
