import { CHARS_PER_TOKEN } from '../../server/completion/sizing.ts';
import type { Answer, Pair } from './pairs.ts';

/** How fast an engine is with each of two models that are both loaded. */
export interface PairPace {
  readonly id: string;
  readonly title: string;
  readonly small: ModelPace;
  readonly large: ModelPace;
}

export interface ModelPace {
  readonly msPerToken: number;
  readonly prefillTokensPerSecond: number;
}

export const PAIR_PACES: readonly PairPace[] = [
  {
    id: 'cpu',
    title: 'two cores: 0.5B 19 ms a token, 200 prompt tokens/s; 1.5B 29 and 91',
    small: { msPerToken: 19, prefillTokensPerSecond: 200 },
    large: { msPerToken: 29, prefillTokensPerSecond: 91 },
  },
];

/** As measured, else with nothing of the prompt in the engine's cache. Milliseconds. */
export function timeOf({ promptChars }: Pair, { tokens, ms }: Answer, pace: ModelPace): number {
  return ms ?? firstTokenMs(promptChars, pace) + tokens * pace.msPerToken;
}

export function firstTokenMs(promptChars: number, { prefillTokensPerSecond }: ModelPace): number {
  return (promptChars / CHARS_PER_TOKEN / prefillTokensPerSecond) * 1000;
}
