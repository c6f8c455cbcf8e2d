/** What telling the kind of a cursor needs to know of a language; ids as VS Code names them. */
export interface LanguageMarks {
  readonly line: readonly string[];
  readonly block: readonly (readonly [open: string, close: string])[];
  /** Besides an opening bracket: what opens a block where it ends a line. */
  readonly opener: RegExp | null;
}

const C_BLOCK = [['/*', '*/']] as const;
const SLASHES: LanguageMarks = { line: ['//'], block: C_BLOCK, opener: null };
const HASH: LanguageMarks = { line: ['#'], block: [], opener: null };
const SHELL: LanguageMarks = { ...HASH, opener: /(^|[\s;])(then|do|else)$|\)$/ };
const INDENTED: LanguageMarks = { ...HASH, opener: /:$/ };
const RUBY: LanguageMarks = {
  ...HASH,
  opener: /(^|\s)do(\s*\|[^|]*\|)?$|^\s*(def|class|module|if|unless|while|case|begin|else)\b.*$/,
};
const MARKUP: LanguageMarks = { line: [], block: [['<!--', '-->']], opener: null };
const SEMICOLON: LanguageMarks = { line: [';'], block: [], opener: null };
const PERCENT: LanguageMarks = { line: ['%'], block: [], opener: null };

const MARKS: Readonly<Record<string, LanguageMarks>> = {
  python: INDENTED,
  yaml: INDENTED,
  gdscript: INDENTED,
  nim: INDENTED,
  ruby: RUBY,
  elixir: { ...HASH, opener: /(^|\s)do$|->$/ },
  shellscript: SHELL,
  makefile: INDENTED,
  dockerfile: HASH,
  perl: HASH,
  r: HASH,
  toml: HASH,
  coffeescript: { ...HASH, opener: /[-=]>$/ },
  powershell: { line: ['#'], block: [['<#', '#>']], opener: null },
  php: { line: ['//', '#'], block: C_BLOCK, opener: null },
  css: { line: [], block: C_BLOCK, opener: null },
  sql: { line: ['--'], block: C_BLOCK, opener: null },
  lua: { line: ['--'], block: [['--[[', ']]']], opener: /(^|\s)(then|do|else)$|\bfunction\b.*\)$/ },
  haskell: { line: ['--'], block: [['{-', '-}']], opener: /(^|\s)(where|do|of)$|=$/ },
  elm: { line: ['--'], block: [['{-', '-}']], opener: /=$/ },
  html: MARKUP,
  xml: MARKUP,
  markdown: MARKUP,
  clojure: SEMICOLON,
  lisp: SEMICOLON,
  scheme: SEMICOLON,
  ini: { line: [';', '#'], block: [], opener: null },
  tex: PERCENT,
  latex: PERCENT,
  erlang: { ...PERCENT, opener: /->$/ },
  matlab: PERCENT,
  json: { line: [], block: [], opener: null },
  plaintext: { line: [], block: [], opener: null },
};

/** A language that the table does not name is read like C. */
export function marksOf(languageId: string): LanguageMarks {
  return MARKS[languageId] ?? SLASHES;
}

/** True where a line that ends so opens a block: with a bracket, or as its language does it. */
export function opensBlock(line: string, languageId: string): boolean {
  const code = line.trimEnd();
  return /[([{]$/.test(code) || (marksOf(languageId).opener?.test(code) ?? false);
}
