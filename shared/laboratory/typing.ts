import type { Measured } from './stop-rules.ts';
import file from './typing.json' with { type: 'json' };

/** What a tool came to over the held-out stretches: value and 95 % interval of each, per 100 characters of wanted code. */
export interface MeasuredTool {
  /** Of ours a preset. */
  readonly name: string;
  /** Milliseconds in which the engine worked. */
  readonly busyMs: Measured;
  readonly tokens: Measured;
  /** Percent of keystrokes. */
  readonly saved: Measured;
  readonly notKept: Measured;
}

/** All tools on an engine of one speed. */
export interface MeasuredEngine {
  readonly id: string;
  /** In words, with where its figures come from. */
  readonly title: string;
  readonly msPerToken: number;
  readonly ours: readonly MeasuredTool[];
  readonly peers: readonly MeasuredTool[];
}

/** What `npm run bench:typing -- --panel FILE` writes. */
export interface TypingFile {
  readonly model: string;
  /** What was typed, in words. */
  readonly of: string;
  readonly date: string;
  readonly engines: readonly MeasuredEngine[];
}

export const TYPING: TypingFile = file;

/** The engine whose pace is nearest, by ratio; the first where none is known. */
export function nearestEngine(msPerToken: number | null): MeasuredEngine | undefined {
  if (msPerToken === null || !(msPerToken > 0)) return TYPING.engines[0];
  const distance = (engine: MeasuredEngine) => Math.abs(Math.log(engine.msPerToken / msPerToken));
  return TYPING.engines.toSorted((a, b) => distance(a) - distance(b))[0];
}
