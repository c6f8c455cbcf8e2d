import { OUTCOMES, type Estimate, type Stats, type StopFigures } from '../../shared/stats.ts';
import { proportion } from './proportion.ts';
import type { WindowRows } from './rows.ts';

export function outcomesOf({ outcomes }: Pick<WindowRows, 'outcomes'>): Stats['outcomes'] {
  const counts = new Map(outcomes.map(({ outcome, n }) => [outcome, n]));
  const entries = [...OUTCOMES, 'pending' as const].map((outcome) => [
    outcome,
    counts.get(outcome) ?? 0,
  ]);
  return Object.fromEntries(entries) as Stats['outcomes'];
}

export function typingOf({ episodes }: Pick<WindowRows, 'episodes'>): Stats['typing'] {
  const { acceptedChars, accepts, keptChars, stretches } = episodes;
  return { acceptedChars, accepts, keptChars, stretches };
}

export function exactMatchOf({ episodes }: Pick<WindowRows, 'episodes'>): Estimate {
  return proportion(episodes.matches, episodes.settled);
}

export function stopsOf({ episodes }: Pick<WindowRows, 'episodes'>): StopFigures {
  const { ended, endedOffered, matches, judged, premature, overrun } = episodes;
  return {
    offered: proportion(endedOffered, ended),
    matches: proportion(matches, ended),
    premature: proportion(premature, judged),
    overrun: proportion(overrun, judged),
  };
}
