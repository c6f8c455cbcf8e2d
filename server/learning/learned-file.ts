import { z } from 'zod';

/** What was learned, as people carry it from one machine to another: numbers, no code. */
const fileSchema = z.object({
  format: z.literal('shortstop-learning'),
  formatVersion: z.literal(1),
  /** Milliseconds since the epoch. */
  exportedAt: z.number(),
  learners: z.array(z.object({ id: z.string(), version: z.number(), state: z.unknown() })),
});
type LearnedFile = z.infer<typeof fileSchema>;
export type LearnedState = LearnedFile['learners'][number];

export function writeLearned(learners: readonly LearnedState[], exportedAt: number): string {
  const file = { format: 'shortstop-learning', formatVersion: 1, exportedAt, learners };
  return `${JSON.stringify(file, null, 2)}\n`;
}

/** @throws Error that says what to do, where the text is no such file */
export function readLearned(text: string): readonly LearnedState[] {
  const file = fileSchema.safeParse(parsed(text)).data;
  if (file) return file.learners;
  throw new Error(
    'This is no file that "Shortstop: Export Learning" wrote, or one of another version: choose another file.',
  );
}

/** Undefined for what is no JSON. */
export function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
