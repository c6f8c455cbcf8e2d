import { EngineError, type EngineModel, type GenerateRequest } from '../engines/engine.ts';
import type { CursorContext } from '../stopping/trace.ts';
import { buildFim, familyOf } from './families.ts';
import type { OtherFilesBlock } from './other-files/block.ts';

/**
 * The prompt for a model: built here and sent raw where the family's tokens are known, else left to
 * the model's own template, whose suffix must not be empty (it would chat then).
 * @param beside definitions of other files; left out of a template and of families that have no place for them
 * @throws EngineError `cannot-fill-in`
 */
export function buildPrompt(
  model: EngineModel,
  context: CursorContext,
  beside: OtherFilesBlock | null = null,
): GenerateRequest['prompt'] {
  const family = familyOf(model.name, model.family);
  if (family) return { raw: buildFim(family, context.prefix, context.suffix, beside) };
  if (!model.insert) {
    throw new EngineError(
      'cannot-fill-in',
      `${model.name} cannot fill in the middle; choose a code model such as qwen2.5-coder:0.5b with "Shortstop: Select Model".`,
    );
  }
  return { prefix: context.prefix, suffix: context.suffix === '' ? '\n' : context.suffix };
}
