import * as z from 'zod';

const count = z.number().int().min(0);

const askSchema = z.object({
  /** Characters of the prompt. */
  prompt: count,
  /** Those that the engine has to read where it holds the other files and the request before. */
  fresh: count,
  /** Generated up to the stop. */
  tokens: count,
  exact: z.boolean(),
  /** Characters that accepting what is offered writes, less the keys that this takes. */
  saved: count,
});
export type ContextAsk = z.infer<typeof askSchema>;

/** What came of one stretch, asked at the same places without other files in the prompt and with them: numbers alone. */
export const contextRowSchema = z.object({
  id: z.string().min(1),
  package: z.string().min(1),
  lang: z.string().min(1),
  /** Characters of the other files in the prompt. */
  block: count,
  /** Characters of the wanted text. */
  chars: count,
  places: z
    .array(
      z.object({
        /** Characters of the wanted text before the cursor. */
        typed: count,
        without: askSchema,
        with: askSchema,
      }),
    )
    .min(1),
});
export type ContextRow = z.infer<typeof contextRowSchema>;
