/** By mark, in the order in which a language with two of them prefers them. */
const LANGUAGES: Readonly<Record<string, readonly string[]>> = {
  '//': ['php'],
  '--': ['sql', 'lua', 'haskell', 'elm'],
  ';': ['clojure', 'lisp', 'scheme', 'ini'],
  '%': ['tex', 'latex', 'erlang', 'matlab'],
  '#': [
    ...['python', 'yaml', 'gdscript', 'nim', 'ruby', 'elixir', 'shellscript', 'makefile'],
    ...['dockerfile', 'perl', 'r', 'toml', 'coffeescript', 'powershell', 'php', 'ini'],
  ],
};
const NONE = new Set(['css', 'html', 'xml', 'markdown', 'json', 'plaintext']);

/** What begins a comment up to its line's end; as in C for a language that the table does not name. */
export function lineComments(languageId: string): string[] {
  if (NONE.has(languageId)) return [];
  const marks = Object.entries(LANGUAGES).flatMap(([mark, languages]) =>
    languages.includes(languageId) ? [mark] : [],
  );
  return marks.length > 0 ? marks : ['//'];
}
