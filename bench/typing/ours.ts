import { buildFim, familyOf } from '../../server/completion/families.ts';
import { CompletionPipeline } from '../../server/completion/pipeline.ts';
import type { CompletionRequest } from '../../server/completion/request.ts';
import { EngineError, type Capabilities, type Engine } from '../../server/engines/engine.ts';
import { Scheduler } from '../../server/engines/scheduler.ts';
import type { AskingWeights } from '../../server/learning/asking/asking.ts';
import { decider, type Adviser } from '../../server/learning/decide.ts';
import { weightsFor } from '../../server/stopping/policy/weights.ts';
import { DEFAULT_SETTINGS, type Settings } from '../../shared/settings.ts';
import { cutAtStrings, NEVER_CUT } from './engine.ts';
import type { Client, Session, World } from './play.ts';

/** One way to set the daemon: a point of our frontier. */
export interface AskingPoint {
  readonly id: string;
  readonly settings: Settings;
  /** What advises the daemon's decisions. */
  readonly advisers: readonly Adviser[];
  /** When it asks while typing; what ships if left out, null asks at every key. */
  readonly asking?: AskingWeights | null;
  /** False: a key that agrees with a text that was given up asks again. */
  readonly silence?: boolean;
}

export const SHIPPED: AskingPoint = { id: 'shortstop', settings: DEFAULT_SETTINGS, advisers: [] };

const CONTEXT_LENGTH = 4096;
const unused = (): never => {
  throw new Error('a simulated engine generates, and nothing else');
};

function capabilitiesOf({ stretch, profile }: World): Capabilities {
  const speed = Number.isFinite(profile.prefillTokensPerSecond)
    ? profile.prefillTokensPerSecond
    : null;
  return {
    engine: 'simulated',
    version: '1',
    model: {
      ...{ name: stretch.model, digest: '', bytes: 1, family: 'qwen2', quantisation: '' },
      ...{ insert: true, chat: false, contextLength: CONTEXT_LENGTH },
    },
    logprobs: true,
    gpuShare: null,
    msPerToken: profile.msPerToken,
    msPerTokenWithAlternatives: profile.msPerToken,
    prefillTokensPerSecond: speed,
    contextLength: CONTEXT_LENGTH,
  };
}

/** The port of the daemon's pipeline over a simulated engine. */
function portOf({ stretch, engine }: World): Engine {
  const family = familyOf(stretch.model);
  if (!family) throw new Error(`no fill-in-the-middle tokens are known for ${stretch.model}`);
  const { before, wanted } = stretch;
  const place = (typed: number) =>
    buildFim(
      { ...family, prefix: '', suffix: '\0', middle: '' },
      before + wanted.slice(0, typed),
      '',
    ).slice(0, -1);
  const typedOf = (raw: string): number => {
    const prefix = raw.slice(
      family.prefix.length,
      raw.indexOf(family.suffix, family.prefix.length),
    );
    for (let typed = wanted.length; typed >= 0; typed -= 1) {
      if (place(typed).endsWith(prefix)) return typed;
    }
    throw new Error(`a prompt of ${stretch.id} is none of its places`);
  };
  return {
    name: 'ollama',
    title: 'Recorded stretches',
    generate: ({ prompt, maxTokens, stop, signal }) => {
      if (!('raw' in prompt)) throw new Error(`${stretch.model} has no raw prompt`);
      const cutAt = stop && stop.length > 0 ? cutAtStrings(stop) : NEVER_CUT;
      const typed = typedOf(prompt.raw);
      return engine.generate({ typed, prompt: prompt.raw, maxTokens, cutAt }, signal);
    },
    ...{ version: unused, models: unused, describe: unused, chat: unused },
    ...{ look: unused, measure: unused, dispose: () => Promise.resolve() },
  };
}

class OurSession implements Session {
  readonly #world: World;
  readonly #pipeline: CompletionPipeline;
  readonly #settings: Settings;
  #typed = 0;

  constructor(world: World, { settings, advisers, asking, silence }: AskingPoint) {
    const { clock } = world;
    const scheduler = new Scheduler();
    const capabilities = capabilitiesOf(world);
    this.#world = world;
    this.#settings = { ...settings, model: world.stretch.model };
    this.#pipeline = new CompletionPipeline({
      models: { engine: portOf(world), ready: () => Promise.resolve(capabilities) },
      slot: {
        run: async (signal, work) => {
          try {
            return await scheduler.run('interactive', signal, (slotSignal, slot) =>
              work(slotSignal, () => slot.demote()),
            );
          } catch (error) {
            if (error instanceof EngineError) throw error;
            throw new EngineError('cancelled', String(error));
          }
        },
      },
      decide: decider({ weightsFor, advisers, asking }),
      episodes: {
        draw: () => ({
          ...{ episodeId: world.stretch.id, first: true },
          ...{ control: false, controlRate: 0, withheld: false, withheldRate: 0, chance: 0 },
          ...{ toNewline: false, newlineRate: 0 },
        }),
        offered: () => undefined,
        withholds: () => false,
        over: () => undefined,
      },
      ledger: {
        recordRequest: () => undefined,
        recordControlTail: () => undefined,
        recordClock: () => undefined,
        recordMemoryAnswer: () => undefined,
      },
      report: {
        skipped: () => undefined,
        stopped: () => undefined,
        finished: () => undefined,
        failed: (error) => {
          throw error;
        },
        unready: (_model, error) => {
          throw error;
        },
      },
      now: clock.now,
      sleep: clock.sleep,
      reuse: true,
      ...(silence !== undefined && { silence }),
    });
  }

  async ask(typed: number, signal: AbortSignal) {
    this.#typed = typed;
    const { before, wanted, after, lang, id } = this.#world.stretch;
    const textAt = (at: number) => before + wanted.slice(0, at) + after;
    const request: CompletionRequest = {
      ...{ uri: `file:///${encodeURIComponent(id)}`, languageId: lang, text: textAt(typed) },
      ...{ workspace: null, offset: before.length + typed, ahead: '', trigger: 'automatic' },
      typing: true,
      ...{ settings: this.#settings, file: 'open', pausedUntil: 0 },
      isCurrent: () => !signal.aborted && typed === this.#typed,
      textNow: () => textAt(this.#typed),
    };
    const found = await this.#pipeline.complete(request, signal);
    if (!found) return null;
    const replaced = (wanted.slice(typed) + after).slice(0, found.replaceAfter);
    const says = replaced !== '' && found.text.endsWith(replaced);
    const text = says ? found.text.slice(0, -replaced.length) : found.text;
    return { text, fromEngine: !found.fromMemory };
  }

  changed(typed: number): void {
    this.#typed = typed;
  }

  accepted(): void {
    this.#pipeline.accepted();
  }

  close(): void {
    this.#pipeline.forget();
  }
}

/** The daemon's own pipeline. */
export function ourClient(point: AskingPoint = SHIPPED): Client {
  return { id: point.id, begin: (world) => new OurSession(world, point) };
}
