import { fromMarkdown } from 'mdast-util-from-markdown';
import { gfmFromMarkdown, gfmToMarkdown } from 'mdast-util-gfm';
import { toMarkdown } from 'mdast-util-to-markdown';
import { gfm } from 'micromark-extension-gfm';
import { SKIP, visit } from 'unist-util-visit';

/** A fenced block of a Markdown answer. */
export interface CodeBlock {
  /** The word after the opening fence; empty where there is none. */
  readonly language: string;
  /** Without the fences and without a final line break. */
  readonly code: string;
}

/** An address of the web that an answer names. */
export interface WebLink {
  readonly host: string;
  readonly url: string;
}

export interface Answer {
  /** Loads nothing and links to nothing, however the editor renders it. */
  readonly markdown: string;
  /** An unclosed last one, too; none that are empty. */
  readonly blocks: readonly CodeBlock[];
  /** Each once, in the order in which the answer names them. */
  readonly links: readonly WebLink[];
}

type Tree = ReturnType<typeof fromMarkdown>;
type Words = { readonly type: string; readonly value?: string };

/** What may stay as it is; all else becomes text. */
const HARMLESS = new Set(
  'paragraph heading text emphasis strong delete inlineCode break blockquote list listItem code table tableRow tableCell thematicBreak'.split(
    ' ',
  ),
);
/** Whose children are blocks, not words. */
const HOLDS_BLOCKS = new Set(['root', 'blockquote', 'listItem']);

/**
 * What a model wrote, made safe to show: code of the file may stand in its addresses, so images
 * become their descriptions, links their text and their address, and HTML how it is written. All of
 * that stands as code, in which no renderer looks for addresses.
 */
export function readAnswer(answer: string): Answer {
  const source = answer.replace(/\r\n?/g, '\n');
  const tree = fromMarkdown(source, { extensions: [gfm()], mdastExtensions: [gfmFromMarkdown()] });
  const blocks = fencedBlocks(tree, source);
  const urls = disarm(tree, addressesIn(tree));
  return {
    markdown: toMarkdown(tree, { bullet: '-', fences: true, extensions: [gfmToMarkdown()] }),
    blocks,
    links: urls.flatMap((url) => webLink(url) ?? []),
  };
}

function fencedBlocks(tree: Tree, source: string): CodeBlock[] {
  const blocks: CodeBlock[] = [];
  visit(tree, 'code', ({ lang, value, position }) => {
    const isFenced = /^(```|~~~)/.test(source.slice(position?.start.offset));
    if (isFenced && value !== '') blocks.push({ language: lang ?? '', code: value });
  });
  return blocks;
}

/** Of the definitions that references such as `[text][name]` point to, by name. */
function addressesIn(tree: Tree): Map<string, string> {
  const addresses = new Map<string, string>();
  visit(tree, 'definition', ({ identifier, url }) => {
    if (!addresses.has(identifier)) addresses.set(identifier, url);
  });
  return addresses;
}

/** Changes the tree; returns the addresses of its links, each once. */
function disarm(tree: Tree, addresses: ReadonlyMap<string, string>): string[] {
  const urls = new Set<string>();
  visit(tree, (node, index, parent) => {
    if (!parent || index === undefined) return undefined;
    if (node.type === 'code') {
      if (!/^[\w.+#-]*$/.test(node.lang ?? '')) node.lang = null;
      node.meta = null;
      return undefined;
    }
    if (HARMLESS.has(node.type)) return undefined;
    const siblings: unknown[] = parent.children;
    if (node.type === 'link' || node.type === 'linkReference') {
      const url = node.type === 'link' ? node.url : (addresses.get(node.identifier) ?? '');
      urls.add(url);
      siblings.splice(index, 1, ...spelledOut(node.children, url));
      return index;
    }
    if (node.type === 'footnoteDefinition') {
      siblings.splice(index, 1, ...node.children);
      return index;
    }
    const isBlock = HOLDS_BLOCKS.has(parent.type);
    if (node.type === 'html') {
      siblings[index] = { type: isBlock ? 'code' : 'inlineCode', value: node.value };
    } else if (node.type === 'image' || node.type === 'imageReference') {
      siblings.splice(index, 1, text('(image: '), inCode(node.alt || '?'), text(')'));
      return [SKIP, index + 3];
    } else {
      const words = text(node.type === 'footnoteReference' ? `[${node.identifier}]` : '');
      siblings[index] = isBlock ? { type: 'paragraph', children: [words] } : words;
    }
    return SKIP;
  });
  return [...urls];
}

/** An address that stands for itself once, any other behind the words that it lay under. */
function spelledOut(words: readonly Words[], url: string): unknown[] {
  const [only, ...more] = words;
  const bare = only?.type === 'text' && more.length === 0 ? only.value : null;
  const isBare = ['', 'http://', 'mailto:'].some((start) => url === `${start}${bare ?? ''}`);
  const address = inCode(bare !== null && isBare ? bare : url);
  return isBare ? [address] : [...words, text(' ('), address, text(')')];
}

function text(value: string) {
  return { type: 'text', value } as const;
}

function inCode(value: string | undefined) {
  return { type: 'inlineCode', value } as const;
}

function webLink(url: string): WebLink | null {
  if (!URL.canParse(url)) return null;
  const { protocol, host, href } = new URL(url);
  return /^https?:$/.test(protocol) ? { host, url: href } : null;
}
