import { sizeWindow, type WindowSize } from '../../server/completion/sizing.ts';
import { readWindow } from '../../server/completion/window.ts';
import type { CursorContext } from '../../server/stopping/trace.ts';
import { DEFAULT_SETTINGS } from '../../shared/settings.ts';
import type { World } from './play.ts';

/** As the daemon sizes it for the engine of the profile: peers send the same text. */
function sizeFor({ profile }: World): WindowSize {
  const speed = profile.prefillTokensPerSecond;
  const prefillTokensPerSecond = Number.isFinite(speed) ? speed : null;
  const { engine, stopping } = DEFAULT_SETTINGS;
  const engineSpeed = { prefillTokensPerSecond, contextLength: 4096 };
  return sizeWindow(engineSpeed, engine.timeToFirstToken, stopping.maxTokens);
}

/** What stands around the cursor once so much is typed. */
export function contextAt(world: World, typed: number): CursorContext {
  const { before, wanted, after, lang } = world.stretch;
  const text = before + wanted.slice(0, typed) + after;
  return readWindow(text, before.length + typed, sizeFor(world), lang, 'auto').context;
}
