import type { EngineTrace } from './engine-traces.ts';

/** An answer for the fake engine, token by token. */
export function answering(...texts: readonly string[]): EngineTrace {
  return {
    id: 'made up',
    prompt: '',
    suffix: '',
    model: 'qwen2.5-coder:0.5b',
    cap: 128,
    tokens: texts.map((text) => [text, -0.01, [], 0] as const),
    done: 'stop',
    prompt_tokens: 10,
  };
}

/** Waits until `condition` holds. @throws {Error} with `what` after `timeoutMs` */
export async function until(
  condition: () => boolean | Promise<boolean>,
  what: string,
  timeoutMs = 10_000,
): Promise<void> {
  const deadline = performance.now() + timeoutMs;
  while (!(await condition())) {
    if (performance.now() > deadline) throw new Error(`waited in vain: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
