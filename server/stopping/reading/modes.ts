import CodeMirror, { type Mode } from 'codemirror/addon/runmode/runmode.node.js';
import 'codemirror/mode/clike/clike.js';
import 'codemirror/mode/clojure/clojure.js';
import 'codemirror/mode/coffeescript/coffeescript.js';
import 'codemirror/mode/commonlisp/commonlisp.js';
import 'codemirror/mode/css/css.js';
import 'codemirror/mode/dart/dart.js';
import 'codemirror/mode/dockerfile/dockerfile.js';
import 'codemirror/mode/elm/elm.js';
import 'codemirror/mode/erlang/erlang.js';
import 'codemirror/mode/go/go.js';
import 'codemirror/mode/groovy/groovy.js';
import 'codemirror/mode/haskell/haskell.js';
import 'codemirror/mode/htmlmixed/htmlmixed.js';
import 'codemirror/mode/javascript/javascript.js';
import 'codemirror/mode/jsx/jsx.js';
import 'codemirror/mode/julia/julia.js';
import 'codemirror/mode/lua/lua.js';
import 'codemirror/mode/mllike/mllike.js';
import 'codemirror/mode/octave/octave.js';
import 'codemirror/mode/perl/perl.js';
import 'codemirror/mode/php/php.js';
import 'codemirror/mode/powershell/powershell.js';
import 'codemirror/mode/properties/properties.js';
import 'codemirror/mode/protobuf/protobuf.js';
import 'codemirror/mode/python/python.js';
import 'codemirror/mode/r/r.js';
import 'codemirror/mode/ruby/ruby.js';
import 'codemirror/mode/rust/rust.js';
import 'codemirror/mode/sass/sass.js';
import 'codemirror/mode/scheme/scheme.js';
import 'codemirror/mode/shell/shell.js';
import 'codemirror/mode/sql/sql.js';
import 'codemirror/mode/stex/stex.js';
import 'codemirror/mode/swift/swift.js';
import 'codemirror/mode/toml/toml.js';
import 'codemirror/mode/vue/vue.js';
import 'codemirror/mode/xml/xml.js';
import 'codemirror/mode/yaml/yaml.js';

/** CodeMirror's tokenizer for a language as VS Code names it. A language not named here is read like C. */
const MIME: Readonly<Record<string, string>> = {
  javascript: 'text/jsx',
  javascriptreact: 'text/jsx',
  typescript: 'text/typescript',
  typescriptreact: 'text/typescript-jsx',
  json: 'application/json',
  jsonc: 'application/json',
  json5: 'text/javascript',
  python: 'text/x-python',
  gdscript: 'text/x-python',
  go: 'text/x-go',
  rust: 'text/x-rustsrc',
  c: 'text/x-csrc',
  cpp: 'text/x-c++src',
  'cuda-cpp': 'text/x-c++src',
  java: 'text/x-java',
  csharp: 'text/x-csharp',
  kotlin: 'text/x-kotlin',
  scala: 'text/x-scala',
  'objective-c': 'text/x-objectivec',
  'objective-cpp': 'text/x-objectivec++',
  dart: 'application/dart',
  groovy: 'text/x-groovy',
  swift: 'text/x-swift',
  php: 'application/x-httpd-php',
  ruby: 'text/x-ruby',
  crystal: 'text/x-ruby',
  elixir: 'text/x-ruby',
  perl: 'text/x-perl',
  lua: 'text/x-lua',
  r: 'text/x-rsrc',
  julia: 'text/x-julia',
  matlab: 'text/x-octave',
  haskell: 'text/x-haskell',
  elm: 'text/x-elm',
  fsharp: 'text/x-fsharp',
  ocaml: 'text/x-ocaml',
  clojure: 'text/x-clojure',
  scheme: 'text/x-scheme',
  racket: 'text/x-scheme',
  lisp: 'text/x-common-lisp',
  erlang: 'text/x-erlang',
  coffeescript: 'text/x-coffeescript',
  shellscript: 'text/x-sh',
  makefile: 'text/x-sh',
  powershell: 'application/x-powershell',
  dockerfile: 'text/x-dockerfile',
  html: 'text/html',
  handlebars: 'text/html',
  svelte: 'text/html',
  astro: 'text/html',
  razor: 'text/html',
  vue: 'text/x-vue',
  xml: 'application/xml',
  xsl: 'application/xml',
  svg: 'application/xml',
  css: 'text/css',
  scss: 'text/x-scss',
  less: 'text/x-less',
  sass: 'text/x-sass',
  sql: 'text/x-sql',
  yaml: 'text/x-yaml',
  dockercompose: 'text/x-yaml',
  toml: 'text/x-toml',
  ini: 'text/x-ini',
  properties: 'text/x-properties',
  dotenv: 'text/x-properties',
  proto3: 'text/x-protobuf',
  proto: 'text/x-protobuf',
  tex: 'text/x-stex',
  latex: 'text/x-stex',
  markdown: 'text/plain',
  mdx: 'text/plain',
  plaintext: 'text/plain',
  restructuredtext: 'text/plain',
};

const modes = new Map<string, Mode>();

/** One tokenizer a language, made when it is first needed. */
export function modeOf(languageId: string): Mode {
  const mime = MIME[languageId] ?? 'text/x-csrc';
  const known = modes.get(mime);
  if (known) return known;
  const mode = CodeMirror.getMode({ indentUnit: 2 }, mime);
  modes.set(mime, mode);
  return mode;
}
