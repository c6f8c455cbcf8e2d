/** What telling the kind of a cursor needs to know of a language; ids as VS Code names them. */
export interface LanguageMarks {
  readonly block: readonly (readonly [open: string, close: string])[];
  /** Besides an opening bracket: what opens a block where it ends a line. */
  readonly opener: RegExp | null;
}

const C_BLOCK = [['/*', '*/']] as const;
const LIKE_C: LanguageMarks = { block: C_BLOCK, opener: null };
const NO_MARKS: LanguageMarks = { block: [], opener: null };
const SHELL: LanguageMarks = { ...NO_MARKS, opener: /(^|[\s;])(then|do|else)$|\)$/ };
const INDENTED: LanguageMarks = { ...NO_MARKS, opener: /:$/ };
const RUBY: LanguageMarks = {
  ...NO_MARKS,
  opener: /(^|\s)do(\s*\|[^|]*\|)?$|^\s*(def|class|module|if|unless|while|case|begin|else)\b.*$/,
};
const MARKUP: LanguageMarks = { block: [['<!--', '-->']], opener: null };

const MARKS: Readonly<Record<string, LanguageMarks>> = {
  python: INDENTED,
  yaml: INDENTED,
  gdscript: INDENTED,
  nim: INDENTED,
  ruby: RUBY,
  elixir: { ...NO_MARKS, opener: /(^|\s)do$|->$/ },
  shellscript: SHELL,
  makefile: INDENTED,
  dockerfile: NO_MARKS,
  perl: NO_MARKS,
  r: NO_MARKS,
  toml: NO_MARKS,
  coffeescript: { ...NO_MARKS, opener: /[-=]>$/ },
  powershell: { block: [['<#', '#>']], opener: null },
  php: LIKE_C,
  css: LIKE_C,
  sql: LIKE_C,
  lua: { block: [['--[[', ']]']], opener: /(^|\s)(then|do|else)$|\bfunction\b.*\)$/ },
  haskell: { block: [['{-', '-}']], opener: /(^|\s)(where|do|of)$|=$/ },
  elm: { block: [['{-', '-}']], opener: /=$/ },
  html: MARKUP,
  xml: MARKUP,
  markdown: MARKUP,
  clojure: NO_MARKS,
  lisp: NO_MARKS,
  scheme: NO_MARKS,
  ini: NO_MARKS,
  tex: NO_MARKS,
  latex: NO_MARKS,
  erlang: { ...NO_MARKS, opener: /->$/ },
  matlab: NO_MARKS,
  json: NO_MARKS,
  plaintext: NO_MARKS,
};

/** A language that the table does not name is read like C. */
export function marksOf(languageId: string): LanguageMarks {
  return MARKS[languageId] ?? LIKE_C;
}

/** True where a line that ends so opens a block: with a bracket, or as its language does it. */
export function opensBlock(line: string, languageId: string): boolean {
  const code = line.trimEnd();
  return /[([{]$/.test(code) || (marksOf(languageId).opener?.test(code) ?? false);
}
