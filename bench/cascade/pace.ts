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
    title:
      'two cores: 0.5B measured, 42 ms a token and 400 prompt tokens/s; 1.5B assumed, 105 and 140',
    small: { msPerToken: 42, prefillTokensPerSecond: 400 },
    large: { msPerToken: 105, prefillTokensPerSecond: 140 },
  },
];

/** As measured, else with nothing of the prompt in the engine's cache. Milliseconds. */
export function timeOf({ promptChars }: Pair, { tokens, ms }: Answer, pace: ModelPace): number {
  return ms ?? firstTokenMs(promptChars, pace) + tokens * pace.msPerToken;
}

export function firstTokenMs(promptChars: number, { prefillTokensPerSecond }: ModelPace): number {
  return (promptChars / CHARS_PER_TOKEN / prefillTokensPerSecond) * 1000;
}
