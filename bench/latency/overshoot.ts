import { stat } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';
import { generate, noProgress } from '../../server/completion/generation.ts';
import type { Engine } from '../../server/engines/engine.ts';
import type { StopRule, StopSettings } from '../../server/stopping/controller.ts';
import { slotReleases } from '../slot-releases.ts';
import type { Shot } from './decisions.ts';
import { sleep } from '../../server/sleep.ts';

export interface Overshoot {
  /** Tokens that the engine generated beyond the one at which the rule decided. */
  readonly tokens: number;
  /** From the decision until the engine's log says that the slot is free. */
  readonly ms: number;
}

/**
 * What the engine did after a stop was decided, by its own log. Requests that end by themselves say nothing about overshoot and are left out.
 */
export async function measureOvershoot(
  engine: Engine,
  model: string,
  rule: StopRule,
  settings: StopSettings,
  shots: readonly Shot[],
  logFile: string,
): Promise<Overshoot[]> {
  const found: Overshoot[] = [];
  for (const shot of shots) {
    const from = (await stat(logFile)).size;
    const progress = noProgress();
    let decidedAt = 0;
    let decided = 0;
    const finished = await generate(
      {
        engine,
        request: { model, prompt: shot.prompt, maxTokens: settings.maxTokens, alternatives: 0 },
        rule,
        context: shot.context,
        settings,
        follow: null,
        elapsed: () => performance.now(),
        sleep,
      },
      new AbortController().signal,
      progress,
      {
        onToken: () => undefined,
        onStop: (stopped) => {
          decidedAt = performance.now();
          decided = stopped.decision.tokens;
        },
      },
    );
    if (finished.ended !== 'stopped') continue;
    const generated = await generatedAfter(logFile, from);
    found.push({ tokens: generated - decided, ms: performance.now() - decidedAt });
  }
  return found;
}

/** Waits for the release of the request that began after `from`, at most 10 s. @throws {Error} without one */
async function generatedAfter(logFile: string, from: number): Promise<number> {
  for (let waited = 0; waited < 10_000; waited += 2) {
    const release = slotReleases(logFile, from).find(({ promptTokens }) => promptTokens > 0);
    if (release) return release.generatedTokens;
    await pause(2);
  }
  throw new Error(`${logFile}: the engine did not release its slot within 10 s`);
}
