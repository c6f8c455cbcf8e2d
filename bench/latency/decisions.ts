import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { IncomingMessage } from 'node:http';
import type { Engine, GenerateRequest } from '../../server/engines/engine.ts';
import type { StopRule, StopSettings } from '../../server/stopping/controller.ts';
import type { CursorContext } from '../../server/stopping/trace.ts';

/** Node's channel of that name tells of headers that have come. */
const RESPONSE_BEGAN = 'http.client.response.finish';

/** A request of the measurement, ready to be sent. */
export interface Shot {
  readonly context: CursorContext;
  readonly prompt: GenerateRequest['prompt'];
}

/**
 * Milliseconds from the arrival of a token's bytes to the rule's word on it, for at least
 * `wanted` tokens of real streams. The rule begins again after each of its decisions, so that every
 * token of a stream counts; several tokens in one chunk wait for each other, as they do in use.
 */
export async function measureDecisions(
  engine: Engine,
  model: string,
  rule: StopRule,
  settings: StopSettings,
  shots: readonly Shot[],
  wanted: number,
  onTokens: (tokens: number) => void,
): Promise<number[]> {
  const chunks = watchChunks();
  const delays: number[] = [];
  try {
    for (let index = 0; delays.length < wanted; index++) {
      const shot = shots[index % shots.length];
      if (!shot) break;

      const stream = engine.generate({
        model,
        prompt: shot.prompt,
        maxTokens: 384,
        alternatives: 0,
        signal: new AbortController().signal,
      });
      let state = rule.begin(shot.context, settings);
      for await (const token of stream) {
        const step = rule.step(state, token);
        delays.push(performance.now() - chunks.lastAt());
        state = step.decision ? rule.begin(shot.context, settings) : step.state;
      }
      onTokens(delays.length);
    }
  } finally {
    chunks.stop();
  }
  return delays;
}

/** Notes when bytes arrive at this process's HTTP client, below everything that reads them. */
function watchChunks(): { lastAt(): number; stop(): void } {
  let last = 0;
  const note = () => (last = performance.now());
  const onResponse = (message: unknown): void => {
    const { response } = message as { response: IncomingMessage };
    note();
    response.socket.prependListener('data', note);
  };
  subscribe(RESPONSE_BEGAN, onResponse);
  return { lastAt: () => last, stop: () => unsubscribe(RESPONSE_BEGAN, onResponse) };
}
