import { sureBeginning } from '../post-process/sure-beginning.ts';
import { offerOf } from './answer.ts';
import type { PipelinePorts } from './ports.ts';
import type { SentRequest } from './prepared.ts';
import type { CompletionRequest } from './request.ts';

/**
 * The beginning of an answer that is still being written, for a request that wants to be told of it. Of several models
 * none is: whose text is served shows at the end.
 */
export class GrowingAnswer {
  readonly #id: string;
  readonly #request: CompletionRequest;
  readonly #episodes: Pick<PipelinePorts['episodes'], 'offered'>;
  #text: string | null = null;

  constructor(
    id: string,
    request: CompletionRequest,
    episodes: Pick<PipelinePorts['episodes'], 'offered'>,
  ) {
    this.#id = id;
    this.#request = request;
    this.#episodes = episodes;
  }

  /** As it was offered last; null before anything was. */
  get text(): string | null {
    return this.#text;
  }

  /**
   * Offers what of it will stay, where that is more than before.
   * @param written whole lines, up to where every stop would serve them
   */
  grow(written: string, { context, draw }: SentRequest): void {
    const { onBeginning, isCurrent, settings } = this.#request;
    if (!onBeginning || settings.ensemble.models.length > 1 || !isCurrent()) return;
    const { text, replaceAfter } = sureBeginning(written, context);
    if (text.length <= (this.#text?.length ?? 0)) return;
    this.#text = text;
    const beginning = { id: this.#id, text, replaceAfter, fromMemory: false };
    this.#episodes.offered(offerOf(draw, beginning, this.#request));
    onBeginning(beginning);
  }
}
