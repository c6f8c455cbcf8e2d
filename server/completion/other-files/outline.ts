import type { SyntaxNode, Tree } from '@lezer/common';
import type { Grammar } from './grammars.ts';

/** A definition as other files see it, without what it does. */
export interface Definition {
  /** What files that use it write; of a method the type that has it. */
  readonly name: string;
  /** One line or several, LF between. */
  readonly text: string;
}

/** Longer definitions, as tables of constants are, lose their end. */
const LONGEST = 600;
const LONGEST_VALUE = 120;
const MEMBERS_INDENT = '    ';

/**
 * The definitions of a file that others can use, in the order in which they stand there: signatures of functions
 * and methods, fields, types, constants; no bodies, no comments.
 *
 * @param tree of the text, by the grammar's parser
 */
export function outlineOf(text: string, tree: Tree, grammar: Grammar): Definition[] {
  const outline = new Outline(text, grammar);
  const definitions: Definition[] = [];
  for (const node of childrenOf(tree.topNode)) {
    const definition = outline.define(node);
    if (definition) definitions.push(definition);
  }
  return definitions;
}

class Outline {
  readonly #text: string;
  readonly #grammar: Grammar;

  constructor(text: string, grammar: Grammar) {
    this.#text = text;
    this.#grammar = grammar;
  }

  define(outer: SyntaxNode): Definition | null {
    const { isShared, containers } = this.#grammar;
    const node = this.#unwrapped(outer);
    const name = this.#nameOf(node);
    if (name === null) return null;
    const head = this.#head(outer, node);
    if (head === null || !isShared(head.trimStart(), name)) return null;
    const text = containers.has(node.name) ? this.#container(head, node) : head;
    return { name, text: shortened(text) };
  }

  #unwrapped(node: SyntaxNode): SyntaxNode {
    if (!this.#grammar.wrappers.has(node.name)) return node;
    const inner = childrenOf(node).find((child) => this.#isDeclaration(child));
    return inner ? this.#unwrapped(inner) : node;
  }

  #isDeclaration({ name }: SyntaxNode): boolean {
    const { callables, containers, whole, wrappers } = this.#grammar;
    return [callables, containers, whole, wrappers].some((each) => each.has(name));
  }

  /** Null where it is no declaration of a kind that is shown. */
  #head(outer: SyntaxNode, node: SyntaxNode): string | null {
    const { callables, containers, whole, ends } = this.#grammar;
    const body = this.#bodyOf(node);
    const until = body?.from ?? node.to;
    if (callables.has(node.name)) {
      return this.#without(outer, until).replace(/[;\s]+$/, '') + ends.callable;
    }
    if (containers.has(node.name)) return this.#without(outer, until).trimEnd() + ends.open;
    if (whole.has(node.name)) return this.#valueless(outer, node);
    return null;
  }

  #container(head: string, node: SyntaxNode): string {
    const { close } = this.#grammar.ends;
    const body = this.#bodyOf(node);
    const members = body ? childrenOf(body).flatMap((child) => this.#member(child, head)) : [];
    const lines = members.map((member) => MEMBERS_INDENT + member);
    return [head, ...lines, ...(close === '' ? [] : [close])].join('\n');
  }

  #member(outer: SyntaxNode, container: string): string[] {
    const node = this.#unwrapped(outer);
    const head = this.#isDeclaration(node) ? this.#head(outer, node) : null;
    if (head === null || !this.#grammar.isSharedMember(head, container)) return [];
    return [head.replace(/\s*\n\s*/g, ' ').trim()];
  }

  #bodyOf(node: SyntaxNode): SyntaxNode | null {
    const { bodies } = this.#grammar;
    return childrenOf(node).findLast(({ name }) => bodies.has(name)) ?? null;
  }

  /** A value that is a function or is long is left out; a type or a short constant stays. */
  #valueless(outer: SyntaxNode, node: SyntaxNode): string {
    const value = descendant(node, /^(ArrowFunction|FunctionExpression|LambdaExpression)$/);
    const body = value && this.#bodyOf(value);
    if (body) return this.#without(outer, body.from).replace(/(=>)?\s*$/, '$1 …');
    const text = this.#without(outer, outer.to).replace(/[;\s]+$/, '');
    const isType = /Type|Interface|Enum|Struct/.test(node.name);
    return isType || text.length <= LONGEST_VALUE ? text : `${text.slice(0, LONGEST_VALUE)}…`;
  }

  /** The text of a node up to an offset, without the comments in it. */
  #without(node: SyntaxNode, to: number): string {
    const comments: { from: number; to: number }[] = [];
    node.cursor().iterate((each) => {
      if (each.from >= to) return false;
      if (/Comment$/.test(each.name)) comments.push({ from: each.from, to: each.to });
      return undefined;
    });
    let kept = '';
    let at = node.from;
    for (const comment of comments) {
      kept += this.#text.slice(at, comment.from);
      at = Math.max(at, comment.to);
    }
    kept += this.#text.slice(at, to);
    return kept.replace(/[ \t]*\n(\s*\n)+/g, '\n');
  }

  /** Of an implementation or a method the type that it belongs to. */
  #nameOf(node: SyntaxNode): string | null {
    const { names } = this.#grammar;
    if (node.name === 'ImplItem') {
      const head = this.#text.slice(node.from, this.#bodyOf(node)?.from ?? node.to);
      return /(?:for\s+|impl(?:<[^{]*?>)?\s+)(?:\w+::)*(\w+)[^{]*$/.exec(head)?.[1] ?? null;
    }
    if (node.name === 'MethodDecl') {
      return (
        /^func\s*\([^)]*?(\w+)(?:\[[^\]]*\])?\s*\)/.exec(
          this.#text.slice(node.from, node.to),
        )?.[1] ?? null
      );
    }
    const name = descendant(node, names);
    return name && this.#text.slice(name.from, name.to);
  }
}

function childrenOf(node: SyntaxNode): SyntaxNode[] {
  const children: SyntaxNode[] = [];
  for (let child = node.firstChild; child; child = child.nextSibling) children.push(child);
  return children;
}

/** The first node below, in the order of the text. */
function descendant(node: SyntaxNode, wanted: ReadonlySet<string> | RegExp): SyntaxNode | null {
  for (const child of childrenOf(node)) {
    const isWanted = wanted instanceof RegExp ? wanted.test(child.name) : wanted.has(child.name);
    const found = isWanted ? child : descendant(child, wanted);
    if (found) return found;
  }
  return null;
}

function shortened(text: string): string {
  if (text.length <= LONGEST) return text;
  const cut = text.slice(0, LONGEST);
  return `${cut.slice(0, Math.max(1, cut.lastIndexOf('\n')))}\n…`;
}
