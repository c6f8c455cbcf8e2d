import type { RecordedTrace } from '../../../bench/traces.ts';

/** A trace made by hand: its tokens' texts, and what was wanted. */
export function trace(
  tokens: readonly (string | readonly [text: string, logprob: number])[],
  gold: string,
  around: { prompt?: string; suffix?: string; problem?: string; end?: RecordedTrace['end'] } = {},
): RecordedTrace {
  return {
    id: 'sample',
    problem: around.problem ?? 'sample',
    lang: 'typescript',
    kind: 'line',
    prompt: around.prompt ?? 'const x = ',
    suffix: around.suffix ?? '\n',
    gold,
    typed: 0,
    model: 'model',
    cap: 128,
    tokens: tokens.map((token) =>
      typeof token === 'string'
        ? { text: token, logprob: -0.1 }
        : { text: token[0], logprob: token[1] },
    ),
    end: around.end ?? 'cap',
  };
}
