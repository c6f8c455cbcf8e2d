import type { Day, Estimate, Stats } from '../../shared/stats.ts';
import { tokensSaved } from './avoided.ts';
import type { WindowRows } from './rows.ts';

/** Days that are shown, today among them. */
export const DAYS_SHOWN = 30;

const NO_SAVING: Estimate = { value: null, low: null, high: null, n: 0 };
const NOTHING = { requests: 0, tokens: 0, acceptedChars: 0, saved: NO_SAVING };

/** The local midnight of a time's day, or of one so many days later; both in milliseconds since the epoch. */
export function midnight(at: number, daysLater = 0): number {
  const { year, month, day } = partsOf(at);
  return new Date(year, month, day + daysLater).getTime();
}

/** The local midnight from which days are shown; `now` and the result are milliseconds since the epoch. */
export function daysBegin(now: number): number {
  return midnight(now, 1 - DAYS_SHOWN);
}

/** Each of the last days, the oldest first, days without a row among them. */
export function daysOf(rows: readonly Day[], now: number): Stats['days'] {
  const known = new Map(rows.map((row) => [row.day, row]));
  const { year, month, day } = partsOf(now);
  return Array.from({ length: DAYS_SHOWN }, (_, index) => {
    const date = new Date(year, month, day - DAYS_SHOWN + 1 + index);
    const name = nameOf(date);
    return known.get(name) ?? { day: name, ...NOTHING };
  });
}

/** What one day came to; `begins`: any time of it, milliseconds since the epoch. */
export function dayOf(
  begins: number,
  { requests, episodes, savings }: Pick<WindowRows, 'requests' | 'episodes' | 'savings'>,
): Day {
  return {
    day: nameOf(new Date(begins)),
    requests: requests.engine,
    tokens: requests.tokens,
    acceptedChars: episodes.acceptedChars,
    saved: tokensSaved(savings),
  };
}

function partsOf(now: number) {
  const date = new Date(now);
  return { year: date.getFullYear(), month: date.getMonth(), day: date.getDate() };
}

/** `2030-06-01`, by the local calendar. */
function nameOf(date: Date): string {
  const two = (number: number) => String(number).padStart(2, '0');
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}
