import { seededRandom } from '../../server/learning/random.ts';
import { EngineError, type Engine } from '../../server/engines/engine.ts';
import type { Shot } from './decisions.ts';

/** A slot that is not free by then is lost; a busy machine is slow. */
const LOST_MS = 30_000;
/** Most answers have as many tokens before their first line break. */
const LONGEST = 8;

/** How often a stream was left, and how often no later request was served. */
export interface Closes {
  readonly left: number;
  readonly ended: number;
  readonly lost: number;
}

/**
 * Leaves one-line answers after a random number of tokens, again and again, as a stop does: in mid-line, and
 * where the answer's last line is on its way. Each request must be served; where one is not, a slot was lost.
 */
export async function measureCloses(
  engine: Engine,
  model: string,
  shots: readonly Shot[],
  wanted: number,
): Promise<Closes> {
  const random = seededRandom(1);
  const closes = { left: 0, ended: 0, lost: 0 };
  for (let index = 0; closes.left < wanted && closes.lost < 5; index++) {
    const shot = shots[index % shots.length];
    if (!shot) break;
    const leaveAt = 1 + Math.floor(random() * LONGEST);
    const stream = engine.generate({
      ...{ model, prompt: shot.prompt, maxTokens: 64, alternatives: 0, stop: ['\n'] },
      signal: AbortSignal.timeout(LOST_MS),
    });
    try {
      let taken = 0;
      while (!(await stream.next()).done) {
        taken += 1;
        if (taken === leaveAt) break;
      }
      await stream.return({ end: 'cap', promptTokens: null, tokens: null });
      if (taken === leaveAt) closes.left += 1;
      else closes.ended += 1;
    } catch (error) {
      if (!(error instanceof EngineError)) throw error;
      closes.lost += 1;
    }
  }
  return closes;
}
