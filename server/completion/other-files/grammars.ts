import type { Parser } from '@lezer/common';
import { parser as go } from '@lezer/go';
import { parser as java } from '@lezer/java';
import { parser as javascript } from '@lezer/javascript';
import { parser as python } from '@lezer/python';
import { parser as rust } from '@lezer/rust';

/** Which nodes of a language's syntax tree make an outline; names as its Lezer grammar has them. */
export interface Grammar {
  readonly parser: Parser;
  /** Shown up to their body. */
  readonly callables: ReadonlySet<string>;
  /** Shown up to their body, then member by member. */
  readonly containers: ReadonlySet<string>;
  /** Shown as they stand. */
  readonly whole: ReadonlySet<string>;
  /** What another declaration may stand in: a decorator, an export. */
  readonly wrappers: ReadonlySet<string>;
  readonly bodies: ReadonlySet<string>;
  /** The first of these in a declaration is its name. */
  readonly names: ReadonlySet<string>;
  /** What stands for a body: a callable's, and both ends of a container's. */
  readonly ends: { readonly callable: string; readonly open: string; readonly close: string };
  /** Whether other files can use what is declared so, from the declaration's text and its name. */
  readonly isShared: (declaration: string, name: string) => boolean;
  /** The same of a member, from its text and that of what it is a member of. */
  readonly isSharedMember: (member: string, container: string) => boolean;
}

const set = (names: string): ReadonlySet<string> => new Set(names.split(' '));

const NONE: ReadonlySet<string> = new Set();

const PYTHON: Grammar = {
  parser: python,
  callables: set('FunctionDefinition'),
  containers: set('ClassDefinition'),
  whole: set('AssignStatement'),
  wrappers: set('DecoratedStatement'),
  bodies: set('Body'),
  names: set('VariableName'),
  ends: { callable: ': ...', open: ':', close: '' },
  isShared: (_, name) => !name.startsWith('_'),
  isSharedMember: (member) => !/^(@.*\n\s*)*(async )?def _(?!_)/.test(member),
};

const SCRIPT: Omit<Grammar, 'parser'> = {
  callables: set('FunctionDeclaration AmbientFunctionDeclaration MethodDeclaration'),
  containers: set('ClassDeclaration'),
  whole: set(
    'InterfaceDeclaration TypeAliasDeclaration EnumDeclaration VariableDeclaration PropertyDeclaration',
  ),
  wrappers: set('ExportDeclaration AmbientDeclaration'),
  bodies: set('Block ClassBody'),
  names: set('VariableDefinition TypeDefinition PropertyDefinition'),
  ends: { callable: ';', open: ' {', close: '}' },
  isShared: (declaration) => /^(export|declare)\b/.test(declaration),
  isSharedMember: (member) => !/^(private\b|#)/.test(member),
};

const GO: Grammar = {
  parser: go,
  callables: set('FunctionDecl MethodDecl'),
  containers: NONE,
  whole: set('TypeDecl ConstDecl VarDecl'),
  wrappers: NONE,
  bodies: set('Block'),
  names: set('DefName FieldName'),
  ends: { callable: '', open: ' {', close: '}' },
  isShared: () => true,
  isSharedMember: () => true,
};

const RUST_SHARED = /^(pub|impl|unsafe impl)\b/;
/** What a type does for a trait, the trait says already. */
const OF_A_TRAIT = /^[^{]*\bimpl\b[^{]* for /;

const RUST: Grammar = {
  parser: rust,
  callables: set('FunctionItem'),
  containers: set('ImplItem TraitItem'),
  whole: set('StructItem EnumItem TypeItem ConstItem StaticItem'),
  wrappers: NONE,
  bodies: set('Block DeclarationList'),
  names: set('TypeIdentifier BoundIdentifier'),
  ends: { callable: ';', open: ' {', close: '}' },
  isShared: (declaration) => RUST_SHARED.test(declaration) && !OF_A_TRAIT.test(declaration),
  isSharedMember: (member, container) =>
    !/^(unsafe )?impl\b/.test(container) || /^pub\b/.test(member),
};

const JAVA_PRIVATE = /^(@\w+\s+)*private\b/;

const JAVA: Grammar = {
  parser: java,
  callables: set('MethodDeclaration ConstructorDeclaration'),
  containers: set('ClassDeclaration InterfaceDeclaration EnumDeclaration RecordDeclaration'),
  whole: set('FieldDeclaration EnumConstant'),
  wrappers: NONE,
  bodies: set('Block ConstructorBody ClassBody InterfaceBody EnumBody RecordBody'),
  names: set('Definition'),
  ends: { callable: ';', open: ' {', close: '}' },
  isShared: (declaration) => !JAVA_PRIVATE.test(declaration),
  isSharedMember: (member) => !JAVA_PRIVATE.test(member),
};

const typescript = { ...SCRIPT, parser: javascript.configure({ dialect: 'ts' }) };
const typescriptreact = { ...SCRIPT, parser: javascript.configure({ dialect: 'ts jsx' }) };
const script = { ...SCRIPT, parser: javascript.configure({ dialect: 'jsx' }) };

/** By language as VS Code names it: those whose files can stand beside a document in a prompt. */
export const GRAMMARS: Readonly<Record<string, Grammar>> = {
  python: PYTHON,
  typescript,
  typescriptreact,
  javascript: script,
  javascriptreact: script,
  go: GO,
  rust: RUST,
  java: JAVA,
};

const ENDINGS: Readonly<Record<string, readonly string[]>> = {
  python: ['.py', '.pyi'],
  typescript: ['.ts', '.mts', '.cts'],
  typescriptreact: ['.tsx'],
  javascript: ['.js', '.mjs', '.cjs'],
  javascriptreact: ['.jsx'],
  go: ['.go'],
  rust: ['.rs'],
  java: ['.java'],
};

/** The language of a file by its name, where an outline can be made of it. */
export function languageOfPath(path: string): string | null {
  const found = Object.entries(ENDINGS).find(([, endings]) =>
    endings.some((ending) => path.endsWith(ending)),
  );
  return found ? found[0] : null;
}
