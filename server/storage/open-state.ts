import * as z from 'zod';
import type { OpenEpisode, OpenOffer } from '../outcomes/records.ts';

const kind = z.enum(['comment', 'arguments', 'block-start', 'empty-line', 'line-end', 'mid-line']);
const count = z.number().int().min(0);

const offer: z.ZodType<OpenOffer> = z.object({
  suggestionId: z.string(),
  requestId: z.string(),
  offeredAt: z.number(),
  kind,
  indent: z.string(),
  text: z.string(),
  at: z.number().int(),
  taken: count,
  typedChars: count,
  acceptedWords: count,
  acceptedLines: count,
  accepted: z.boolean(),
  rejected: z.boolean(),
});

const episode: z.ZodType<OpenEpisode> = z.object({
  episodeId: z.string(),
  uri: z.string(),
  languageId: z.string(),
  kind,
  startedAt: z.number(),
  lastEditAt: z.number(),
  start: count,
  end: count,
  before: z.string(),
  after: z.string(),
  control: z.boolean(),
  controlRate: z.number(),
  // Not in what an earlier version left open.
  withheld: z.boolean().default(false),
  withheldRate: z.number().default(0),
  // Not in states of earlier versions, which had no experiments.
  chance: z.number().default(0),
  simulated: z.boolean(),
  offered: offer.nullable(),
  offers: count,
  accepts: count,
  acceptedChars: count,
});

/** The state of an open episode as it was stored; null where it is damaged. */
export function readOpenState(state: string): OpenEpisode | null {
  try {
    return episode.safeParse(JSON.parse(state)).data ?? null;
  } catch {
    return null;
  }
}
