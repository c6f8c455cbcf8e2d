/** How much text around the cursor a prompt holds, in UTF-16 characters. */
export interface WindowSize {
  readonly prefixChars: number;
  readonly suffixChars: number;
}

/** Characters per token of code, a low estimate so that a prompt is rather too short than too long. */
export const CHARS_PER_TOKEN = 3;

const PREFIX_LIMITS = { least: 600, most: 8000 };
/**
 * The most is what traces, weights and certificates were recorded with. From 100 to 300 characters exact match rose from
 * 25 to 29 of 150; as many again would have to win far more than that, since each keystroke prefills them anew
 * (docs/engines.md).
 */
const SUFFIX_LIMITS = { least: 100, most: 300 };
/** The share of the time to first token that a keystroke, which prefills the suffix again, may take. */
const KEYSTROKE_SHARE = 0.12;

/** Sized to nothing in particular: what a daemon would send that does not know its engine's speed. */
export const UNSIZED: WindowSize = { prefixChars: 4000, suffixChars: 300 };

export interface EngineSpeed {
  /** Null before it was measured: then the least windows are used. */
  readonly prefillTokensPerSecond: number | null;
  /** Tokens that prompt and answer share. */
  readonly contextLength: number;
}

/**
 * The largest windows whose prompt is prefilled within `timeToFirstTokenMs` when nothing of it is in
 * the engine's cache, and whose suffix is within {@link KEYSTROKE_SHARE} of that. In the usual
 * prefix-suffix-middle order every keystroke prefills the whole suffix again.
 */
export function sizeWindow(
  speed: EngineSpeed,
  timeToFirstTokenMs: number,
  maxTokens: number,
): WindowSize {
  const chars = ((speed.prefillTokensPerSecond ?? 0) * timeToFirstTokenMs * CHARS_PER_TOKEN) / 1000;
  const room = Math.max(0, speed.contextLength - maxTokens - 16) * CHARS_PER_TOKEN;
  const suffixChars = Math.min(clamp(chars * KEYSTROKE_SHARE, SUFFIX_LIMITS), Math.floor(room / 4));
  const prefixChars = Math.min(clamp(chars - suffixChars, PREFIX_LIMITS), room - suffixChars);
  return { prefixChars, suffixChars };
}

function clamp(value: number, limits: { least: number; most: number }): number {
  return Math.round(Math.min(limits.most, Math.max(limits.least, value)));
}
