import type { Outcome } from '../../shared/stats.ts';
import { cutKeptText } from '../stopping/reading/kept-text.ts';
import { linesKept, sameText } from '../stopping/reading/normalise.ts';
import type { ContextKind } from '../stopping/trace.ts';
import { editSimilarity } from './edit-similarity.ts';
import { outcomeOf, type Offer } from './offer.ts';
import type { SettledEpisode } from './records.ts';
import type { Region } from './region.ts';

/** The part of a settled episode that its first offer and the document decide. */
export type Label = Pick<
  SettledEpisode,
  | 'outcome'
  | 'exactMatch'
  | 'linesKept'
  | 'editSimilarity'
  | 'servedChars'
  | 'keptChars'
  | 'servedText'
  | 'keptText'
>;

const NOTHING: Label = {
  outcome: null,
  exactMatch: null,
  linesKept: null,
  editSimilarity: null,
  servedChars: null,
  keptChars: null,
  servedText: null,
  keptText: null,
};

/** Where the region can no longer be told, only that something was offered. */
export function unknownLabel(offer: Offer | null): Label {
  const outcome: Outcome | null = offer && 'unknown';
  return { ...NOTHING, outcome, servedChars: offer?.text.length ?? null };
}

/** Where a request stood. */
export interface RequestPlace {
  readonly kind: ContextKind;
  /** The blanks with which its line begins. */
  readonly indent: string;
  /** Its line, up to the cursor. */
  readonly before: string;
}

/** What was kept where an episode's first request stood; null where the line before it is another one by now. */
export function keptAt(place: RequestPlace, region: Region, documentText: string): string | null {
  const before = documentText.slice(0, region.start);
  if (!before.endsWith(place.before.trimStart())) return null;
  return cutKeptText(documentText.slice(region.start, region.end), place.kind, place.indent);
}

/** Compares what was served first with what stands between the anchors now. */
export function labelOf(
  offer: Offer | null,
  region: Region,
  documentText: string,
  storeCode: boolean,
): Label {
  if (!offer) return NOTHING;
  const standing = documentText.slice(Math.max(region.start, offer.start), region.end);
  const kept = cutKeptText(standing, offer.kind, offer.indent);
  return {
    outcome: outcomeOf(offer),
    exactMatch: sameText(offer.text, kept),
    linesKept: linesKept(offer.text, kept),
    editSimilarity: editSimilarity(offer.text, kept),
    servedChars: offer.text.length,
    keptChars: kept.length,
    servedText: storeCode ? offer.text : null,
    keptText: storeCode ? kept : null,
  };
}
