import { randomUUID } from 'node:crypto';
import { indentAt } from '../stopping/reading/indentation.ts';
import type { ContextKind } from '../stopping/trace.ts';
import { candidateOutcomes, withAccepted, withCandidate, withPreferred } from './candidates.ts';
import {
  acceptedChars,
  dueAt,
  followEpisode,
  fromOpen,
  heedClock,
  limitOf,
  MAX_REGION,
  RESUME_MS,
  resume,
  toOpen,
  type Episode,
} from './episode.ts';
import { grown, placed, type Offer } from './offer.ts';
import { drawEpisode } from './draw.ts';
import type { EpisodeDraw, OpenEpisode, SettledEpisode } from './records.ts';
import {
  applyChange,
  atRegion,
  moveRegion,
  trimChange,
  type Change,
  type Region,
} from './region.ts';
import { keptAt, labelOf, unknownLabel, type Label, type RequestPlace } from './settle.ts';
import type {
  DocumentPlace,
  EpisodePlace,
  OfferedSuggestion,
  OpenedDocument,
  TrackerPorts,
} from './tracker-ports.ts';

/** How long changes of an open episode may wait before they are saved, in milliseconds. */
const SAVE_DELAY_MS = 1_000;

interface Tracked {
  episode: Episode;
  /** When it was last saved; null before. */
  savedAt: number | null;
  dirty: boolean;
  /** Of its first request; null where that was an earlier process's. */
  readonly first: RequestPlace | null;
  /** Of its latest request. */
  request: RequestPlace;
  readonly suggestionIds: Set<string>;
  /** Requests that the engine has not answered yet. */
  pending: number;
}

/**
 * Follows what becomes of suggestions: which requests belong to one stretch of typing at one place
 * (an episode), where that place moves as the document changes, what was accepted there, and, once
 * it is quiet, what was kept. Nothing here has a timer: call `tick` every second or so.
 */
export class EpisodeTracker {
  readonly #ports: TrackerPorts;
  readonly #texts = new Map<string, string>();
  readonly #open = new Map<string, Tracked>();
  /** False behind a withheld episode: never two in a row. */
  #mayWithhold = true;
  /** Left open by an earlier process, until their documents are opened again. */
  #waiting: OpenEpisode[];

  constructor(ports: TrackerPorts) {
    this.#ports = ports;
    this.#waiting = ports.ledger.openEpisodes();
    this.#giveUpOld(ports.now());
  }

  opened({ uri, text }: OpenedDocument): void {
    this.#texts.set(uri, text);
    const here = this.#waiting.filter((open) => open.uri === uri);
    this.#waiting = this.#waiting.filter((open) => open.uri !== uri);
    for (const open of here) {
      const episode = resume(open, text);
      if (episode) this.#track(episode);
      else this.#settleUnknown(fromOpen(open, open), 'restart');
    }
  }

  /** `changes` in the order in which they were applied, each in the offsets of its own moment. */
  changed(uri: string, changes: readonly Change[], textBefore: string, textAfter: string): void {
    this.#texts.set(uri, textBefore);
    this.#settleDue(uri);
    this.#texts.set(uri, textAfter);
    const here = this.#in(uri);
    if (here.length === 0) return;
    const now = this.#ports.now();
    let text = textBefore;
    for (const [index, change] of changes.entries()) {
      const before = text;
      const trimmed = trimChange(change, text);
      text = index === changes.length - 1 ? textAfter : applyChange(text, change);
      if (trimmed.text === '' && trimmed.start === trimmed.end) continue;
      for (const tracked of here) {
        const alone = changes.length === 1;
        const made = atRegion(trimmed, change, tracked.episode.region, before);
        const followed = followEpisode(tracked.episode, made, text, alone, now);
        tracked.episode = withPreferred(followed);
      }
    }
    for (const tracked of here) {
      const { region } = tracked.episode;
      if (region.end - region.start > MAX_REGION) this.#settle(tracked, 'too-long');
      else this.#save(tracked, 'soon');
    }
  }

  /** Before a save and its formatting. Only a save by hand settles, and nothing whose answer is still to come. */
  willSave(uri: string, manual: boolean, text: string): void {
    this.#texts.set(uri, text);
    if (!manual) return;
    for (const tracked of this.#in(uri)) {
      const waits = tracked.pending > 0 && tracked.episode.first === null;
      if (!waits) this.#settle(tracked, 'save');
    }
  }

  closed(uri: string, text: string): void {
    this.#texts.set(uri, text);
    for (const tracked of this.#in(uri)) this.#settle(tracked, 'closed');
    this.#texts.delete(uri);
  }

  /**
   * The episode of a request that is about to reach the engine: the one in whose region the cursor
   * stands, or a new one; and what is drawn for the request: whether, and how far, its stream is followed.
   */
  draw(place: EpisodePlace): EpisodeDraw {
    const { uri, kind, languageId } = place;
    const here = this.#regionNow(place);
    const offset = here.end;
    this.#settleDue(uri);
    const request = placeOf(kind, place.text, place.offset);
    const known = this.#at(uri, offset);
    if (known) {
      known.request = request;
      known.pending++;
      return this.#drawOf(known.episode, { first: false, ...this.#drawControl() });
    }
    const { controlRate, withheldRate, simulated = false } = this.#ports.settings();
    const now = this.#ports.now();
    const mayWithhold = this.#mayWithhold && place.mayWithhold;
    const drawn = drawEpisode(this.#ports.random(), controlRate, mayWithhold ? withheldRate : 0);
    this.#mayWithhold = !drawn.withheld;
    const episode: Episode = {
      id: randomUUID(),
      uri,
      languageId,
      kind,
      startedAt: now,
      lastEditAt: now,
      region: here,
      ...drawn,
      simulated,
      resumed: false,
      first: null,
      latest: null,
      candidates: [],
      offers: 0,
      accepts: 0,
      earlierAcceptedChars: 0,
    };
    const tracked = this.#track(episode, request);
    tracked.pending++;
    this.#save(tracked, 'now');
    return this.#drawOf(episode, { ...episode, first: true });
  }

  /** Whether nothing is offered to who types at this place: its episode is withheld. */
  withholds({ uri, text, offset }: DocumentPlace): boolean {
    const here = this.#regionNow({ uri, text, offset });
    this.#settleDue(uri);
    return this.#at(uri, here.end)?.episode.withheld ?? false;
  }

  /** A request that was drawn for is over: answered, offered or not, cancelled or failed. */
  over(episodeId: string): void {
    const tracked = this.#open.get(episodeId);
    if (tracked) tracked.pending--;
  }

  /** The same suggestion again is one that has grown. */
  offered(offered: OfferedSuggestion): void {
    const tracked = this.#open.get(offered.episodeId);
    if (!tracked) return;
    const { episode, request } = tracked;
    const place = placed(offered, this.#texts.get(episode.uri) ?? '');
    if (tracked.suggestionIds.has(offered.suggestionId)) {
      this.#mark(offered.suggestionId, (offer) => grown(offer, place));
      return;
    }
    const offer: Offer = {
      ...place,
      suggestionId: offered.suggestionId,
      requestId: offered.requestId,
      offeredAt: this.#ports.now(),
      kind: request.kind,
      indent: request.indent,
      taken: 0,
      typedChars: 0,
      acceptedWords: 0,
      acceptedLines: 0,
      acceptedChars: 0,
      accepted: false,
      rejected: false,
    };
    tracked.suggestionIds.add(offered.suggestionId);
    if (offered.beside !== undefined && episode.first) {
      tracked.episode = withCandidate(episode, offer, offered.beside);
    } else {
      tracked.episode = {
        ...episode,
        first: episode.first ?? offer,
        latest: episode.first ? offer : null,
        offers: episode.offers + 1,
        earlierAcceptedChars: acceptedChars(episode),
      };
    }
    this.#save(tracked, 'now');
  }

  /** Accepted as a whole; unknown ids, of episodes that have settled, are nothing to do with us. */
  accepted(suggestionId: string): void {
    this.#mark(suggestionId, (offer) => ({ ...offer, accepted: true, rejected: false }), 1);
  }

  /** Hidden by the user's own act, where the editor tells. */
  dismissed(suggestionId: string): void {
    this.#mark(suggestionId, (offer) => (offer.taken > 0 ? offer : { ...offer, rejected: true }));
  }

  /** Settles what is due and saves what waits to be saved. */
  tick(): void {
    const now = this.#ports.now();
    this.#settleDue();
    this.#giveUpOld(now);
    for (const tracked of this.#open.values()) if (tracked.dirty) this.#save(tracked, 'soon');
  }

  /** Before the process ends: what is open can be resumed by the next one. */
  suspend(): void {
    for (const tracked of this.#open.values()) if (tracked.dirty) this.#save(tracked, 'now');
  }

  /** The user deleted everything: what is open ends here, and nothing of it is written any more. */
  forget(): void {
    this.#open.clear();
    this.#waiting = [];
  }

  /** For an episode's later request. */
  #drawControl(): Pick<EpisodeDraw, 'control' | 'controlRate'> {
    const { controlRate } = this.#ports.settings();
    return { control: this.#ports.random() < controlRate, controlRate };
  }

  #drawOf(
    { id: episodeId, withheld, withheldRate, chance }: Episode,
    { first, control, controlRate }: Pick<EpisodeDraw, 'first' | 'control' | 'controlRate'>,
  ): EpisodeDraw {
    const { newlineRate } = this.#ports.settings();
    const toNewline = newlineRate > 0 && this.#ports.random() < newlineRate;
    const followed = { control, controlRate, toNewline, newlineRate };
    return { episodeId, first, ...followed, withheld, withheldRate, chance };
  }

  #in(uri: string): Tracked[] {
    return [...this.#open.values()].filter(({ episode }) => episode.uri === uri);
  }

  /** The newest episode in whose region the offset is. */
  #at(uri: string, offset: number): Tracked | undefined {
    return this.#in(uri)
      .reverse()
      .find(({ episode: { region } }) => region.start <= offset && offset <= region.end);
  }

  #track(episode: Episode, request?: RequestPlace): Tracked {
    const tracked: Tracked = {
      episode,
      savedAt: null,
      dirty: false,
      first: request ?? null,
      request: request ?? { kind: episode.kind, indent: '', before: '' },
      suggestionIds: new Set(episode.first ? [episode.first.suggestionId] : []),
      pending: 0,
    };
    this.#open.set(episode.id, tracked);
    return tracked;
  }

  #mark(suggestionId: string, change: (offer: Offer) => Offer, accepts = 0): void {
    for (const tracked of this.#open.values()) {
      if (!tracked.suggestionIds.has(suggestionId)) continue;
      const { episode } = tracked;
      const mark = (offer: Offer | null): Offer | null =>
        offer?.suggestionId === suggestionId ? change(offer) : offer;
      tracked.episode = {
        ...episode,
        first: mark(episode.first),
        latest: mark(episode.latest),
        accepts: episode.accepts + accepts,
      };
      if (accepts > 0) tracked.episode = withAccepted(tracked.episode, suggestionId);
      this.#save(tracked, 'now');
    }
  }

  /** The document may have moved on while the request waited for the engine. */
  #regionNow({ uri, text, offset }: DocumentPlace): Region {
    const here = { start: offset, end: offset };
    const current = this.#texts.get(uri);
    if (current === undefined) this.#texts.set(uri, text);
    if (current === undefined || current === text) return here;
    const change = trimChange({ start: 0, end: text.length, text: current }, text);
    return moveRegion(here, change);
  }

  #settleDue(uri?: string): void {
    const now = this.#ports.now();
    for (const tracked of this.#open.values()) {
      if (uri !== undefined && tracked.episode.uri !== uri) continue;
      tracked.episode = heedClock(tracked.episode, now);
      // Every answer of the engine is bounded in time, so it comes, or fails.
      if (tracked.pending > 0 || now < dueAt(tracked.episode)) continue;
      this.#settle(tracked, now >= limitOf(tracked.episode) ? 'time-out' : 'quiet');
    }
  }

  #settle({ episode, first }: Tracked, by: SettledEpisode['settledBy']): void {
    const text = this.#texts.get(episode.uri);
    if (by === 'too-long' || text === undefined) {
      this.#settleUnknown(episode, by);
      return;
    }
    const { storeCode } = this.#ports.settings();
    const label = {
      ...labelOf(episode.first, episode.region, text, storeCode),
      candidates: candidateOutcomes(episode, text),
    };
    const kept = first && keptAt(first, episode.region, text);
    this.#write(episode, episode.resumed ? 'restart' : by, label, kept);
  }

  #settleUnknown(episode: Episode, by: SettledEpisode['settledBy']): void {
    const label = unknownLabel(episode.first);
    this.#write(episode, by, { ...label, candidates: candidateOutcomes(episode, null) }, null);
  }

  #write(
    episode: Episode,
    settledBy: SettledEpisode['settledBy'],
    label: Label & Pick<SettledEpisode, 'candidates'>,
    kept: string | null,
  ): void {
    this.#open.delete(episode.id);
    const settled = {
      episodeId: episode.id,
      settledAt: this.#ports.now(),
      settledBy,
      ...label,
      offers: episode.offers,
      accepts: episode.accepts,
      acceptedChars: acceptedChars(episode),
    };
    this.#ports.ledger.settleEpisode(settled, kept);
    this.#ports.settled?.();
  }

  #save(tracked: Tracked, when: 'now' | 'soon'): void {
    if (!this.#open.has(tracked.episode.id)) return;
    const now = this.#ports.now();
    const text = this.#texts.get(tracked.episode.uri);
    const wait = when === 'soon' && Math.abs(now - (tracked.savedAt ?? 0)) < SAVE_DELAY_MS;
    tracked.dirty = wait || text === undefined;
    if (wait || text === undefined) return;
    tracked.savedAt = now;
    this.#ports.ledger.saveOpenEpisode(toOpen(tracked.episode, text));
  }

  #giveUpOld(now: number): void {
    for (const open of this.#waiting) {
      if (now - open.lastEditAt < RESUME_MS) continue;
      this.#settleUnknown(fromOpen(open, open), 'restart');
    }
    this.#waiting = this.#waiting.filter((open) => now - open.lastEditAt < RESUME_MS);
  }
}

/** `offset`: of the cursor. */
function placeOf(kind: ContextKind, text: string, offset: number): RequestPlace {
  const lineStart = text.lastIndexOf('\n', offset - 1) + 1;
  return { kind, indent: indentAt(text, lineStart), before: text.slice(lineStart, offset) };
}
