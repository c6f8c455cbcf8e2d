import { acceptedChars, type CandidateOffer, type Episode } from './episode.ts';
import { outcomeOf, type Offer } from './offer.ts';
import type { CandidateOutcome } from './records.ts';
import { labelOf } from './settle.ts';

export function withCandidate(episode: Episode, offer: Offer, beside: string): Episode {
  const earlierAcceptedChars = acceptedChars(episode);
  const candidate = { ...offer, beside, earlierAcceptedChars, preferred: false };
  const { offers, candidates } = episode;
  return { ...episode, offers: offers + 1, candidates: [...candidates, candidate] };
}

/** Where the suggestion is a further candidate, it was accepted as a whole: the one beside it was turned down. */
export function withAccepted(episode: Episode, suggestionId: string): Episode {
  const candidate = episode.candidates.find((one) => one.suggestionId === suggestionId);
  if (!candidate) return episode;
  return preferring(episode, { ...candidate, accepted: true, rejected: false });
}

/** After a change: where the user goes on with a candidate and not with the one beside it, that one is followed. */
export function withPreferred(episode: Episode): Episode {
  const shown = [episode.first, episode.latest];
  const isTurnedDown = (id: string) =>
    shown.some((offer) => offer?.suggestionId === id && offer.rejected);
  const candidate = episode.candidates.find(
    ({ preferred, taken, rejected, beside }) =>
      !preferred && taken > 0 && !rejected && isTurnedDown(beside),
  );
  return candidate ? preferring(episode, candidate) : episode;
}

function preferring(episode: Episode, candidate: CandidateOffer): Episode {
  const { suggestionId, beside, earlierAcceptedChars } = candidate;
  const { first, candidates } = episode;
  return {
    ...episode,
    first: first?.suggestionId === beside ? turnedDown(first) : first,
    latest: candidate,
    earlierAcceptedChars,
    candidates: candidates.map((one) => {
      if (one.suggestionId === beside) return { ...one, preferred: false };
      return one.suggestionId === suggestionId ? { ...candidate, preferred: true } : one;
    }),
  };
}

/** What both have in common came into the document with the other one. */
function turnedDown(offer: Offer): Offer {
  return { ...offer, accepted: false, acceptedWords: 0, acceptedLines: 0, rejected: true };
}

/** @param text of the document; null where the episode's region can't be told any more */
export function candidateOutcomes(
  { candidates, region }: Episode,
  text: string | null,
): CandidateOutcome[] {
  return candidates.map((candidate) => {
    const outcome = outcomeOf(candidate);
    const isTaken = outcome === 'accepted' || outcome === 'partly-accepted';
    return {
      requestId: candidate.requestId,
      accepted: candidate.preferred && isTaken,
      matched: text === null ? null : labelOf(candidate, region, text, false).exactMatch,
    };
  });
}
