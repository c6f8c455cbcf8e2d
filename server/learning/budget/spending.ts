import { z } from 'zod';
import { localDay, localSlot, SLOTS_AN_HOUR } from './local-time.ts';
import { ASSUMED_DAY, learnDay } from './usual-day.ts';

const slotSchema = z.object({
  /** Of the day: five minutes each, from 0. */
  slot: z.number().int().min(0),
  requests: z.number().int().min(0),
  tokens: z.number().min(0),
});
export type Slot = z.infer<typeof slotSchema>;

const sessionSchema = z.object({
  id: z.string(),
  /** Tokens on earlier days. */
  earlier: z.number().min(0),
  /** Of the day, in their order. */
  slots: z.array(slotSchema),
});

/** What was spent, and when. */
export const spendingSchema = z.object({
  /** The local date that the slots are of. */
  day: z.string(),
  /** The newest evidence, in milliseconds since the epoch. */
  latest: z.number(),
  /** The one that spent last stands last. */
  sessions: z.array(sessionSchema),
  usual: z.object({
    days: z.number().int().min(0),
    hours: z.array(z.number()).length(24).readonly(),
  }),
});
export type Spending = z.infer<typeof spendingSchema>;

export const NOTHING_SPENT: Spending = { day: '', latest: 0, sessions: [], usual: ASSUMED_DAY };

/** Of older sessions nobody asks any more. */
const MOST_SESSIONS = 20;
/** No request lasts longer: what is older than the newest by more comes from a clock that was set back. */
const LATE_MS = 3_600_000;

/** What is spent at once. */
export interface Spent {
  readonly session: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly requests: 0 | 1;
  readonly tokens: number;
}

export function spend(before: Spending, { session: id, at, requests, tokens }: Spent): Spending {
  const heeded = notBefore(before, at);
  const spending = asOf(before, heeded);
  const session = spending.sessions.find((one) => one.id === id) ?? { id, earlier: 0, slots: [] };
  const slots = withSlot(session.slots, Math.floor(localSlot(heeded)), requests, tokens);
  const others = spending.sessions.filter((one) => one.id !== id);
  return {
    ...spending,
    latest: heeded,
    sessions: [...others, { ...session, slots }].slice(-MOST_SESSIONS),
  };
}

/**
 * As it stands at a time: a later day begins anew, and what the one before was like is learned. An earlier day
 * comes of a clock that was set back, or of a journey west; what was spent stays spent, so that neither gives a
 * day's budget twice.
 */
export function asOf(spending: Spending, at: number): Spending {
  const day = localDay(notBefore(spending, at));
  if (day === spending.day) return spending;
  if (day < spending.day || spending.day === '') return { ...spending, day };
  const slots = spending.sessions.flatMap((session) => session.slots);
  const requests = sumOf(slots, 'requests');
  return {
    ...spending,
    day,
    sessions: spending.sessions.map(({ id, earlier, slots: own }) => {
      return { id, earlier: earlier + sumOf(own, 'tokens'), slots: [] };
    }),
    usual: requests > 0 ? learnDay(spending.usual, requestsByHour(slots)) : spending.usual,
  };
}

export function sumOf(slots: readonly Slot[], what: 'requests' | 'tokens'): number {
  return slots.reduce((sum, slot) => sum + slot[what], 0);
}

/** Requests overtake each other: one that comes a little late counts now. */
function notBefore({ latest }: Spending, at: number): number {
  return at < latest && at > latest - LATE_MS ? latest : at;
}

function withSlot(slots: readonly Slot[], slot: number, requests: number, tokens: number): Slot[] {
  const at = slots.findIndex((each) => each.slot >= slot);
  const there = slots[at];
  const place = at === -1 ? slots.length : at;
  if (there?.slot !== slot) return slots.toSpliced(place, 0, { slot, requests, tokens });
  const sum = { slot, requests: there.requests + requests, tokens: there.tokens + tokens };
  return slots.with(place, sum);
}

function requestsByHour(slots: readonly Slot[]): number[] {
  const hours = new Array<number>(24).fill(0);
  for (const { slot, requests } of slots) {
    const hour = Math.floor(slot / SLOTS_AN_HOUR);
    hours[hour] = (hours[hour] ?? 0) + requests;
  }
  return hours;
}
