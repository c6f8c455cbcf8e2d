import type { StopRule } from '../../../server/stopping/controller.ts';
import type { CursorContext } from '../../../server/stopping/trace.ts';
import { lineComments } from '../../../server/stopping/reading/line-comments.ts';
import { accumulating, type Stop, type Stream } from '../../../server/stopping/rules/accumulate.ts';
import { asInsertion } from './overlap.ts';
import { replacedAtLineEnd, tabbyContext, tabbyFilters } from './tabby-filters.ts';

/**
 * Tabby: 64 tokens, and stop words looked for at the end of what has come, after every token. Source:
 * TabbyML/tabby 21b2904, crates/tabby-inference/src/{decoding,code}.rs, crates/tabby-common/src/
 * languages.rs and assets/languages.toml (keywords).
 */
const CAP = 64;

const KEYWORDS: Readonly<Record<string, string>> = {
  python: 'def from class import',
  rust: 'fn trait impl enum pub extern static trait unsafe use',
  java: 'abstract public private class const exports extends implements static import interface module package var enum return',
  typescript:
    'abstract async class const export function interface module package type var enum let',
  go: 'func interface struct package type import var const',
};

const FAMILY: Readonly<Record<string, string>> = {
  javascript: 'typescript',
  javascriptreact: 'typescript',
  typescriptreact: 'typescript',
};

const INDENTS = [
  ...Array.from({ length: 8 }, (_, i) => ' '.repeat(2 * i)),
  ...Array.from({ length: 7 }, (_, i) => '\t'.repeat(i + 1)),
];

function stopWords(languageId: string): string[] {
  const words = KEYWORDS[FAMILY[languageId] ?? languageId]?.split(' ') ?? [];
  const comment = lineComments(languageId).slice(0, 1);
  return [
    ...INDENTS.map((indent) => `\n\n${indent}`),
    ...[...comment, ...words].map((w) => `\n${w}`),
  ];
}

const wordsOf = new Map<string, string[]>();

function judge({ text, context: { languageId } }: Stream): Stop | null {
  const words = wordsOf.get(languageId) ?? stopWords(languageId);
  wordsOf.set(languageId, words);
  const longest = Math.max(-1, ...words.filter((word) => text.endsWith(word)).map((w) => w.length));
  return longest < 0 ? null : { reason: 'blank-line', offset: text.length - longest };
}

/**
 * Tabby hides punctuation at the line's end from the model and replaces it. A trace's model saw it:
 * a text that ends with it is taken as replacing it, another one as inserted before it.
 */
export function trimTabby(text: string, { prefix, suffix, languageId }: CursorContext): string {
  const shown = tabbyFilters(text, tabbyContext(prefix, suffix, languageId));
  const context = { prefix, suffix, languageId, kind: 'line-end', multiLine: 'auto' } as const;
  return asInsertion(shown, replacedAtLineEnd(suffix), context) ?? shown;
}

export const tabbyRule: StopRule<Stream> = accumulating({
  id: 'peer-tabby',
  cap: CAP,
  judge,
  trim: trimTabby,
});
