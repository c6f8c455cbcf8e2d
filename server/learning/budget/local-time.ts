/** Slots of five minutes are fine enough to pace a day by, and few enough to be written at every request. */
export const SLOT_MINUTES = 5;
export const SLOTS_AN_HOUR = 60 / SLOT_MINUTES;
export const SLOTS_A_DAY = 24 * SLOTS_AN_HOUR;

/** The local date, for instance `2026-11-27`: as text, days compare as they follow each other. */
export function localDay(at: number): string {
  const date = new Date(at);
  const two = (value: number) => String(value).padStart(2, '0');
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}

/**
 * Slots since local midnight, with the part of the one that is under way. Read off the clock on the wall, so that
 * an hour that daylight saving repeats counts twice on the same slots.
 */
export function localSlot(at: number): number {
  const date = new Date(at);
  const minutes = date.getHours() * 60 + date.getMinutes() + date.getSeconds() / 60;
  return minutes / SLOT_MINUTES;
}
