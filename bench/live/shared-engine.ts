import { statSync } from 'node:fs';
import { z } from 'zod';
import { slotReleases, type SlotRelease } from '../slot-releases.ts';
import { until } from './until.ts';

const runningSchema = z.object({
  models: z.array(z.object({ name: z.string(), context_length: z.number() })),
});

/** The engine that all arms share, seen from outside the daemons. */
export class SharedEngine {
  readonly #url: string;
  readonly #model: string;
  readonly #log: string;
  readonly #signal: AbortSignal;

  constructor(url: string, model: string, log: string, signal: AbortSignal) {
    this.#url = url.replace(/\/$/, '');
    this.#model = model;
    this.#log = log;
    this.#signal = signal;
  }

  /**
   * Takes the slot with a prompt that shares nothing with any task's, so that no arm finds what another
   * one had prefilled. With the loaded model's own context length: another one would load it anew.
   */
  async forget(): Promise<void> {
    const before = this.position();
    const answer = await fetch(`${this.#url}/api/ps`, { signal: this.#signal });
    const { models } = runningSchema.parse(await answer.json());
    const loaded = models.find(({ name }) => name === this.#model);
    if (!loaded) throw new Error(`${this.#model} is not loaded by ${this.#url}`);
    const options = { num_predict: 1, num_ctx: loaded.context_length, temperature: 0 };
    const neutral = await fetch(`${this.#url}/api/generate`, {
      method: 'POST',
      body: JSON.stringify({
        model: this.#model,
        prompt: '0',
        raw: true,
        stream: false,
        options,
      }),
      signal: this.#signal,
    });
    if (!neutral.ok) throw new Error(`the neutral request: ${await neutral.text()}`);
    await neutral.arrayBuffer();
    await this.releaseAfter(before);
  }

  /** Bytes of its log. */
  position(): number {
    return statSync(this.#log).size;
  }

  /** The first request that was let go of behind a place in the log. */
  releaseAfter(position: number): Promise<SlotRelease> {
    const look = () => slotReleases(this.#log, position).find((slot) => slot.promptTokens > 0);
    return until(look, 'the engine releases its slot', this.#signal);
  }
}
