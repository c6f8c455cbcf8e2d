import type { Settings } from '../../../shared/settings.ts';
import { DEFAULT_SETTINGS } from '../../../shared/settings.ts';
import type { Pace } from '../question.ts';

/** A wait of this share of the usual gap outlasts most keys of somebody who goes on typing. */
const OUTLASTS = 1.2;

/**
 * How long a key waits for the next one before the engine is asked, milliseconds: `debounce` at most. What an
 * answer costs that the next key cancels grows with its share of the usual gap, and so does how often that
 * happens; so the wait grows with the square of that share, and an answer that comes long before the next key is
 * asked for nearly at once. A number that the user chose is kept.
 */
export function debounceOf({ debounce }: Pick<Settings, 'debounce'>, pace: Pace): number {
  const { gapMs, answerMs } = pace;
  if (debounce !== DEFAULT_SETTINGS.debounce || gapMs === null || answerMs === null)
    return debounce;
  const share = Math.min(1, answerMs / gapMs);
  return Math.min(debounce, Math.round(share ** 2 * OUTLASTS * gapMs));
}
