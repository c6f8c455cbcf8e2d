import { COMMANDS } from '../shared/commands.ts';
import { formatDuration } from '../shared/figures.ts';
import type { StatusParams } from '../shared/protocol.ts';
import type { Settings } from '../shared/settings.ts';
import { CHARS_PER_TOKEN, sizeWindow } from './completion/sizing.ts';
import type { Capabilities } from './engines/engine.ts';
import { LINE_TOKENS, SMALLEST } from './model-advice.ts';

/** A suggestion that takes longer comes when its author has typed on. Milliseconds. */
const SLOW_MS = 1000;

/**
 * What helps where a line takes long by the measured figures. The text that is sent is sized to the engine's speed
 * already (`sizeWindow`), so that is a smaller model, or to be asked less. Null where nothing is slow or measured.
 */
export function slownessOf(
  speed: Capabilities,
  { engine, stopping }: Pick<Settings, 'engine' | 'stopping'>,
): NonNullable<StatusParams['advice']> | null {
  const { msPerToken, prefillTokensPerSecond, model } = speed;
  if (msPerToken === null || !prefillTokensPerSecond) return null;
  const { suffixChars } = sizeWindow(speed, engine.timeToFirstToken, stopping.maxTokens);
  // Behind a key the text after the cursor is read again, and what was typed.
  const readingMs = (1000 * suffixChars) / CHARS_PER_TOKEN / prefillTokensPerSecond;
  const lineMs = readingMs + LINE_TOKENS * msPerToken;
  if (lineMs <= SLOW_MS) return null;
  const takes = `A line takes about ${formatDuration(lineMs)} here`;
  return model.bytes > SMALLEST_IS_BELOW
    ? { text: `${takes}: a smaller model is quicker.`, action: SMALLER }
    : { text: `${takes}: asked by a key alone, it costs you less.`, action: ON_KEY };
}

/** Another quantisation of the smallest model that is known is no larger than this. Bytes. */
const SMALLEST_IS_BELOW = 1.5 * SMALLEST.bytes;

const SMALLER = { title: 'Choose a Smaller Model', command: COMMANDS.selectModel };
const ON_KEY = { title: 'Suggest on a Key Only', command: COMMANDS.toggleSubtle };
