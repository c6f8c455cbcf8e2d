import type { Engine, PullStep } from './engine.ts';

/**
 * Gets a model. An engine that can't has it already, or says where it belongs.
 * @throws EngineError
 */
export async function pull(
  engine: Engine,
  model: string,
  onStep: (step: PullStep) => void,
  signal: AbortSignal,
): Promise<void> {
  if (engine.pull) await engine.pull(model, onStep, signal);
  else await engine.describe(model, signal);
}
