import type { LoadedModel } from './answers.ts';
import { sameModel } from './model.ts';

/** Tokens; what Ollama itself takes below 23 GiB of GPU memory. */
const OWN_CONTEXT = 4096;
/** Tokens; a loaded model with at least this much is used as it is. */
const ENOUGH_CONTEXT = 2048;
/** Milliseconds for which a choice stands before the loaded models are looked at again. */
const CHOICE_MS = 60_000;

interface Choice {
  readonly length: number;
  readonly at: number;
}

/**
 * The `num_ctx` of every request. Another one than the loaded model has makes Ollama load it anew,
 * so a model that a chat client has loaded is used with that client's, where it is enough.
 */
export class ContextLength {
  readonly #choices = new Map<string, Choice>();
  readonly #loaded: (signal: AbortSignal | undefined) => Promise<LoadedModel[]>;

  constructor(loaded: (signal: AbortSignal | undefined) => Promise<LoadedModel[]>) {
    this.#loaded = loaded;
  }

  /**
   * @param limit what the model can do at most, tokens; 0 where that is not known
   * @throws EngineError
   */
  async choose(model: string, limit: number, signal?: AbortSignal): Promise<number> {
    const before = this.#choices.get(model);
    if (before && performance.now() - before.at < CHOICE_MS) return before.length;
    const models = await this.#loaded(signal);
    const loaded = models.find((each) => sameModel(each.name, model))?.context_length;
    const own = limit > 0 ? Math.min(OWN_CONTEXT, limit) : OWN_CONTEXT;
    const enough = Math.min(ENOUGH_CONTEXT, own);
    const length = loaded == null ? (before?.length ?? own) : loaded >= enough ? loaded : own;
    this.#choices.set(model, { length, at: performance.now() });
    return length;
  }
}
