import { repair } from '../../server/post-process/repairs.ts';
import { extract, replayPatient, type FeatureTrace } from '../features/extract.ts';
import { contextOf } from '../replay/context.ts';
import type { RecordedTrace } from '../traces.ts';
import type { LoadedParser } from './grammars.ts';
import { parseDocument, syntaxFeatures } from './syntax-features.ts';

/** A trace as the learned policy sees it, and what a parse says after each of its tokens. */
export interface SyntaxTrace {
  readonly trace: FeatureTrace;
  /** After each token: of the text as it stands, repaired as if it were served. */
  readonly everyToken: readonly (readonly number[])[];
  /** After each token: of the text up to the last line break in it; null before there was one. */
  readonly atNewlines: readonly (readonly number[] | null)[];
  /** Of what the patient rule serves. */
  readonly served: readonly number[];
}

/** Reads a trace up to the patient rule's decision; null where no grammar reads its language. */
export function readSyntax(
  trace: RecordedTrace,
  parsers: ReadonlyMap<string, LoadedParser>,
): SyntaxTrace | null {
  const loaded = parsers.get(trace.lang);
  if (!loaded) return null;
  const context = contextOf(trace);
  const document = parseDocument(loaded.parser, context);
  const featuresOf = (text: string) => syntaxFeatures(document, repair(text, context).text);
  const { decision, served } = replayPatient(trace);
  let text = '';
  let last: readonly number[] | null = null;
  const atNewlines: (readonly number[] | null)[] = [];
  const everyToken = trace.tokens.slice(0, decision.tokens).map((token) => {
    text += token.text;
    if (token.text.includes('\n')) last = featuresOf(text.slice(0, text.lastIndexOf('\n')));
    atNewlines.push(last);
    return featuresOf(text);
  });
  return { trace: extract(trace), everyToken, atNewlines, served: featuresOf(served) };
}
