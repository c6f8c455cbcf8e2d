import type { Tree } from '@lezer/common';

/** What a document says that it uses of another file. */
export interface Import {
  /** As the language writes it: a module's name, a relative path, a path of segments. */
  readonly from: string;
  /** Those that are named; empty where the module is imported as a whole. */
  readonly names: readonly string[];
}

type Reader = (statement: string) => Import[];

const NODES: Readonly<Record<string, { readonly nodes: RegExp; readonly read: Reader }>> = {
  python: { nodes: /^ImportStatement$/, read: ofPython },
  typescript: { nodes: /^(Import|Export)Declaration$/, read: ofScript },
  typescriptreact: { nodes: /^(Import|Export)Declaration$/, read: ofScript },
  javascript: { nodes: /^(Import|Export)Declaration$/, read: ofScript },
  javascriptreact: { nodes: /^(Import|Export)Declaration$/, read: ofScript },
  go: { nodes: /^ImportSpec$/, read: ofGo },
  rust: { nodes: /^(UseDeclaration|ModItem)$/, read: ofRust },
  java: { nodes: /^ImportDeclaration$/, read: ofJava },
};

/**
 * The imports of a document, in the order in which they stand there.
 * @param tree of the text, by its language's grammar
 */
export function importsOf(text: string, languageId: string, tree: Tree): Import[] {
  const language = NODES[languageId];
  if (!language) return [];
  const found: Import[] = [];
  tree.iterate({
    enter: ({ name, from, to }) => {
      if (!language.nodes.test(name)) return;
      found.push(...language.read(text.slice(from, to)));
    },
  });
  return found;
}

function listed(names: string): string[] {
  return names
    .replace(/[()]/g, '')
    .split(',')
    .map((name) => name.trim().split(/\s+as\s+|\s*:\s*/)[0] ?? '')
    .map((name) => name.replace(/^type\s+/, ''))
    .filter((name) => /^[\w$]+$/.test(name));
}

function ofPython(statement: string): Import[] {
  const [, from, names = ''] = /^from\s+([.\w]+)\s+import\s+([\s\S]*)$/.exec(statement) ?? [];
  if (from !== undefined) return [{ from, names: listed(names) }];
  const whole = statement.replace(/^import\s+/, '').split(',');
  return whole.map((module) => ({ from: module.trim().split(/\s/)[0] ?? '', names: [] }));
}

function ofScript(statement: string): Import[] {
  const from = /(?:from\s+|^import\s+)["']([^"']+)["']/.exec(statement)?.[1];
  if (from === undefined) return [];
  const braces = /\{([^}]*)\}/.exec(statement)?.[1] ?? '';
  return [{ from, names: listed(braces) }];
}

function ofGo(spec: string): Import[] {
  const from = /["`]([^"`]+)["`]/.exec(spec)?.[1];
  return from === undefined ? [] : [{ from, names: [] }];
}

/** `a::{b::C, self}` is `a::b::C` and `a`; `mod a;` is `self::a`. */
function ofRust(item: string): Import[] {
  const module = /^[^{]*\bmod\s+(\w+)\s*;/.exec(item)?.[1];
  if (module !== undefined) return [{ from: `self::${module}`, names: [] }];
  const tree = /\buse\s+([\s\S]*?);?$/.exec(item)?.[1] ?? '';
  return paths(tree.replace(/\s+/g, ' ')).map((from) => ({
    from,
    names: [from.split('::').at(-1) ?? ''].filter((name) => /^\w+$/.test(name)),
  }));
}

function paths(tree: string): string[] {
  const open = tree.indexOf('{');
  if (open === -1) {
    const path =
      tree
        .trim()
        .split(' as ')[0]
        ?.replace(/::(self|\*)$/, '') ?? '';
    return path === '' ? [] : [path];
  }
  const head = tree.slice(0, open).trim();
  return branches(tree.slice(open + 1, tree.lastIndexOf('}'))).flatMap((branch) =>
    paths(head + branch.trim()),
  );
}

/** Parts between the commas that stand in no brace. */
function branches(list: string): string[] {
  const parts = [''];
  let depth = 0;
  for (const char of list) {
    if (char === '{') depth += 1;
    if (char === '}') depth -= 1;
    if (char === ',' && depth === 0) parts.push('');
    else parts.push((parts.pop() ?? '') + char);
  }
  return parts.filter((part) => part.trim() !== '');
}

function ofJava(statement: string): Import[] {
  const from = /^import\s+(?:static\s+)?([\w.]+?)(?:\.\*)?\s*;?$/.exec(statement)?.[1];
  return from === undefined ? [] : [{ from, names: [from.split('.').at(-1) ?? ''] }];
}
