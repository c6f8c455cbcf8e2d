import type { ContextKind } from '../stopping/trace.ts';
import { followOffer, type Offer } from './offer.ts';
import type { OpenEpisode, OpenOffer } from './records.ts';
import { moveRegion, type Change, type Region } from './region.ts';
import { relocate, surroundings } from './relocate.ts';

/** An episode settles once nothing changed in it for this long, in milliseconds. */
export const QUIET_MS = 30_000;
/** And at the latest this long after it began, or after its first offer. */
export const LIMIT_MS = 120_000;
/** What was left open by an earlier process can't be told any more after this long. */
export const RESUME_MS = 600_000;
/** UTF-16 units; a longer region is no completion's doing. */
export const MAX_REGION = 100_000;

export interface Episode {
  readonly id: string;
  readonly uri: string;
  readonly languageId: string;
  readonly kind: ContextKind;
  readonly startedAt: number;
  readonly lastEditAt: number;
  readonly region: Region;
  readonly control: boolean;
  readonly controlRate: number;
  readonly withheld: boolean;
  readonly withheldRate: number;
  readonly chance: number;
  readonly simulated: boolean;
  /** Taken over from an earlier process. */
  readonly resumed: boolean;
  /** The first offer carries the label. */
  readonly first: Offer | null;
  /** The latest, where it is another, is followed for what was accepted of it. */
  readonly latest: Offer | null;
  /** Offered beside one of these, on demand; what an earlier process offered so is not among them. */
  readonly candidates: readonly CandidateOffer[];
  readonly offers: number;
  readonly accepts: number;
  /** By accepting suggestions before the latest. */
  readonly earlierAcceptedChars: number;
}

/** A further candidate for the place of an offer, which somebody asked for. */
export interface CandidateOffer extends Offer {
  /** The suggestion beside which it was offered. */
  readonly beside: string;
  /** By accepting suggestions until then. */
  readonly earlierAcceptedChars: number;
  /** The user went on with it, and not with the one beside it. */
  readonly preferred: boolean;
}

/** When it settles if nothing more happens, in milliseconds since the epoch. */
export function dueAt(episode: Episode): number {
  const { lastEditAt } = episode;
  const limit = limitOf(episode);
  const offer = latestOffer(episode);
  if (!offer) return Math.min(lastEditAt + QUIET_MS, limit);
  // A suggestion that nobody has touched may still stand there, to be read.
  if (offer.taken === 0 && !offer.rejected && !offer.accepted) return limit;
  return Math.min(Math.max(lastEditAt, offer.offeredAt) + QUIET_MS, limit);
}

/** When it settles in any case. A slow engine's answer begins a new limit: before it nothing could be kept. */
export function limitOf({ startedAt, first }: Episode): number {
  return (first?.offeredAt ?? startedAt) + LIMIT_MS;
}

/** A clock that was set back must not keep an episode open: it then counts from now. */
export function heedClock(episode: Episode, now: number): Episode {
  const { lastEditAt, first, latest } = episode;
  const newest = Math.max(lastEditAt, latestOffer(episode)?.offeredAt ?? 0);
  if (now >= newest) return episode;
  const heed = (offer: Offer | null): Offer | null =>
    offer && { ...offer, offeredAt: Math.min(offer.offeredAt, now) };
  return {
    ...episode,
    startedAt: Math.min(episode.startedAt, now),
    lastEditAt: Math.min(lastEditAt, now),
    first: heed(first),
    latest: heed(latest),
  };
}

function latestOffer({ first, latest }: Episode): Offer | null {
  return latest ?? first;
}

/** The episode after a (trimmed) change of its document, wherever in the document that is. */
export function followEpisode(
  episode: Episode,
  change: Change,
  after: string,
  alone: boolean,
  now: number,
): Episode {
  const { region: old, first, latest, candidates } = episode;
  const region = moveRegion(old, change);
  const touched = change.end >= old.start && change.start <= old.end;
  const followed = (offer: Offer): Offer => followOffer(offer, change, region, after, alone);
  return {
    ...episode,
    region,
    lastEditAt: touched ? now : episode.lastEditAt,
    first: first && followed(first),
    latest: latest && followed(latest),
    candidates: candidates.map((one) => ({ ...one, ...followed(one) })),
  };
}

export function acceptedChars(episode: Episode): number {
  return (
    episode.earlierAcceptedChars +
    (episode.latest?.acceptedChars ?? episode.first?.acceptedChars ?? 0)
  );
}

/** What has to be known to go on with it in another process; `text` is its document. */
export function toOpen(episode: Episode, text: string): OpenEpisode {
  const { id: episodeId, region, first } = episode;
  return {
    episodeId,
    uri: episode.uri,
    languageId: episode.languageId,
    kind: episode.kind,
    startedAt: episode.startedAt,
    lastEditAt: episode.lastEditAt,
    ...region,
    ...surroundings(text, region),
    control: episode.control,
    controlRate: episode.controlRate,
    withheld: episode.withheld,
    withheldRate: episode.withheldRate,
    chance: episode.chance,
    simulated: episode.simulated,
    offered: first && toOpenOffer(first, region),
    offers: episode.offers,
    accepts: episode.accepts,
    acceptedChars: acceptedChars(episode),
  };
}

function toOpenOffer(offer: Offer, region: Region): OpenOffer {
  return {
    suggestionId: offer.suggestionId,
    requestId: offer.requestId,
    offeredAt: offer.offeredAt,
    kind: offer.kind,
    indent: offer.indent,
    text: offer.text,
    at: offer.start - region.start,
    taken: offer.taken,
    typedChars: offer.typedChars,
    acceptedWords: offer.acceptedWords,
    acceptedLines: offer.acceptedLines,
    accepted: offer.accepted,
    rejected: offer.rejected,
  };
}

/** The episode in its document as it stands now; null where its place can't be found again. */
export function resume(open: OpenEpisode, text: string): Episode | null {
  const region = relocate(text, open);
  return region && fromOpen(open, region);
}

export function fromOpen(open: OpenEpisode, region: Region): Episode {
  return {
    id: open.episodeId,
    uri: open.uri,
    languageId: open.languageId,
    kind: open.kind,
    startedAt: open.startedAt,
    lastEditAt: open.lastEditAt,
    region,
    control: open.control,
    controlRate: open.controlRate,
    withheld: open.withheld,
    withheldRate: open.withheldRate,
    chance: open.chance,
    simulated: open.simulated,
    resumed: true,
    first: open.offered && fromOpenOffer(open.offered, region),
    latest: null,
    candidates: [],
    offers: open.offers,
    accepts: open.accepts,
    earlierAcceptedChars: open.acceptedChars,
  };
}

function fromOpenOffer({ at, ...offer }: OpenOffer, region: Region): Offer {
  return { ...offer, start: region.start + at, acceptedChars: 0 };
}
