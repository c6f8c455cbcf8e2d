import { buildFim, familyOf } from '../../../server/completion/families.ts';
import type { StopRule } from '../../../server/stopping/controller.ts';
import type { CursorContext } from '../../../server/stopping/trace.ts';
import { replay } from '../../../server/stopping/replay.ts';
import { REPLAY_SETTINGS } from '../../replay/settings.ts';
import { NEVER_CUT } from '../../typing/engine.ts';
import type { Client, Offered, Session, World } from '../../typing/play.ts';
import type { Profile } from '../../typing/profiles.ts';
import { contextAt } from '../../typing/window.ts';

/** How a peer's client asks, as published; what its rule makes of the answer is the rule's. */
export interface PeerClient {
  readonly id: string;
  readonly rule: StopRule | ((profile: Profile) => StopRule);
  /** Tokens that the request asks for at most. */
  readonly cap: number;
  /** Where the engine itself cuts the answer off. */
  readonly cutAt?: (text: string) => number;
  /**
   * Where generation ends once the rule has decided: in the engine, with that very token; at the client's close,
   * behind which more is generated; or not before the model's own end or the cap.
   */
  readonly ends: 'in-engine' | 'at-close' | 'by-itself';
  /** From a key to the request, milliseconds. */
  readonly debounceMs: number | ((history: History) => number);
  /** From one request to the next at least. */
  readonly throttleMs?: number;
  /** Waits for a request under way, looking so often whether it is over, in place of cancelling it. */
  readonly pollMs?: number;
  /** Whether the next key closes a request under way. */
  readonly cancels: boolean;
  /** Whether a request under way goes on for a key that agrees with what it has written. */
  readonly joins?: boolean;
  /** Whether an answer stays for those who type along with it. */
  readonly caches: boolean;
  /** False: nothing is asked here. */
  readonly asksAt?: (context: CursorContext) => boolean;
}

/** What an adaptive debounce looks at. */
export interface History {
  /** Times between the last keys, newest last. */
  readonly gapsMs: readonly number[];
  /** From requests to their answers, newest last. */
  readonly latenciesMs: readonly number[];
  /** The cursor's line before the cursor, and after it. */
  readonly linePrefix: string;
  readonly lineSuffix: string;
}

interface Flight {
  readonly typed: number;
  text: string;
  readonly abort: AbortController;
  readonly answer: Promise<string>;
  over: boolean;
}

class PeerSession implements Session {
  readonly #peer: PeerClient;
  readonly #rule: StopRule;
  readonly #world: World;
  readonly #cache: { readonly typed: number; readonly text: string }[] = [];
  readonly #gaps: number[] = [];
  readonly #latencies: number[] = [];
  #flight: Flight | null = null;
  #lastKey: number | null = null;
  #lastRequest = -Infinity;

  constructor(peer: PeerClient, world: World) {
    this.#peer = peer;
    this.#rule = typeof peer.rule === 'function' ? peer.rule(world.profile) : peer.rule;
    this.#world = world;
  }

  async ask(typed: number, signal: AbortSignal): Promise<Offered | null> {
    const { clock } = this.#world;
    if (this.#lastKey !== null) this.#gaps.push(clock.now() - this.#lastKey);
    this.#lastKey = clock.now();
    const context = contextAt(this.#world, typed);
    if (this.#peer.asksAt && !this.#peer.asksAt(context)) return null;
    const kept = this.#recall(typed);
    if (kept !== null) return { text: kept, fromEngine: false };
    if (this.#peer.cancels && !this.#leadsTo(typed)) this.#flight?.abort.abort();
    // A call, as the signal may change between two looks at it.
    const outdated = () => signal.aborted;
    await this.#wait(context, signal);
    if (outdated()) return null;
    const flight = this.#leadsTo(typed) ?? this.#send(typed, context);
    if (this.#peer.cancels && this.#peer.joins !== true) {
      signal.addEventListener('abort', () => flight.abort.abort(), { once: true });
    }
    const text = this.#rest(flight, typed, await flight.answer);
    return outdated() || text === '' ? null : { text, fromEngine: true };
  }

  accepted(): void {
    if (this.#peer.cancels) this.#flight?.abort.abort();
  }

  close(): void {
    if (this.#peer.cancels) this.#flight?.abort.abort();
  }

  #recall(typed: number): string | null {
    if (!this.#peer.caches) return null;
    for (const entry of this.#cache) {
      const left = this.#rest(entry, typed, entry.text);
      if (left !== '') return left;
    }
    return null;
  }

  /** What is left of a text for who typed along with it. */
  #rest(from: { readonly typed: number }, typed: number, text: string): string {
    const along = this.#world.stretch.wanted.slice(from.typed, typed);
    return text.startsWith(along) ? text.slice(along.length) : '';
  }

  #leadsTo(typed: number): Flight | null {
    const flight = this.#flight;
    if (!flight || flight.over || this.#peer.joins !== true || flight.abort.signal.aborted)
      return null;
    const along = this.#world.stretch.wanted.slice(flight.typed, typed);
    return flight.text.startsWith(along) || along.startsWith(flight.text) ? flight : null;
  }

  async #wait(context: CursorContext, signal: AbortSignal): Promise<void> {
    const { clock } = this.#world;
    const { debounceMs, throttleMs = 0, pollMs } = this.#peer;
    const lineStart = context.prefix.lastIndexOf('\n') + 1;
    const history: History = {
      gapsMs: this.#gaps,
      latenciesMs: this.#latencies,
      linePrefix: context.prefix.slice(lineStart),
      lineSuffix: context.suffix.split('\n', 1)[0] ?? '',
    };
    const debounce = typeof debounceMs === 'number' ? debounceMs : debounceMs(history);
    const throttled = this.#lastRequest + throttleMs - clock.now();
    const wait = Math.max(debounce, throttled);
    if (wait > 0) await clock.sleep(wait, signal);
    while (pollMs !== undefined && this.#flight && !this.#flight.over && !signal.aborted) {
      await clock.sleep(pollMs, signal);
    }
  }

  #send(typed: number, context: CursorContext): Flight {
    const { clock } = this.#world;
    const abort = new AbortController();
    const answer = Promise.withResolvers<string>();
    const flight: Flight = { typed, text: '', abort, answer: answer.promise, over: false };
    this.#flight = flight;
    this.#lastRequest = clock.now();
    void this.#follow(flight, context, answer.resolve).finally(() => {
      flight.over = true;
      answer.resolve('');
    });
    void answer.promise.then((text) => {
      this.#latencies.push(clock.now() - this.#lastRequest);
      if (text !== '') this.#cache.unshift({ typed, text });
    });
    return flight;
  }

  /** How many tokens an engine that runs the rule itself generates here. */
  #tokensInEngine(typed: number, context: CursorContext): number {
    const { tokens, end } = this.#world.stretch.answerAt(typed);
    const settings = { ...REPLAY_SETTINGS, maxTokens: this.#peer.cap };
    const sent = tokens.slice(0, this.#peer.cap);
    const whole = tokens.length <= this.#peer.cap;
    const { decision } = replay(this.#rule, context, settings, sent, whole ? end : 'cap');
    return decision.reason === 'natural-end' ? decision.tokens + 1 : decision.tokens;
  }

  async #follow(
    flight: Flight,
    context: CursorContext,
    resolve: (text: string) => void,
  ): Promise<void> {
    const { stretch, engine } = this.#world;
    const { cap, cutAt = NEVER_CUT, ends } = this.#peer;
    const rule = this.#rule;
    const family = familyOf(stretch.model);
    if (!family) throw new Error(`no fill-in-the-middle tokens are known for ${stretch.model}`);
    const prompt = buildFim(family, context.prefix, context.suffix);
    const settings = { ...REPLAY_SETTINGS, maxTokens: cap };
    const most = ends === 'in-engine' ? this.#tokensInEngine(flight.typed, context) : cap;
    const ask = { typed: flight.typed, prompt, maxTokens: most, cutAt };
    const serve = (offset: number, reason: Parameters<NonNullable<StopRule['trim']>>[2]) => {
      const text = flight.text.slice(0, offset);
      resolve(rule.trim ? (rule.trim(text, context, reason) ?? '') : text);
    };
    const stream = engine.generate(ask, flight.abort.signal);
    let state = rule.begin(context, settings);
    let decided = false;
    try {
      for (;;) {
        const next = await stream.next();
        if (next.done) {
          if (decided) return;
          const { offset, reason } = rule.end(state, next.value.end);
          serve(offset, reason);
          return;
        }
        flight.text += next.value.text;
        if (decided) continue;
        const step = rule.step(state, next.value);
        state = step.state;
        if (!step.decision) continue;
        decided = true;
        serve(step.decision.offset, step.decision.reason);
        if (ends === 'at-close') return;
      }
    } catch {
      // Closed by a later key.
    } finally {
      await stream.return({ end: 'cap', promptTokens: null, tokens: null }).catch(() => undefined);
    }
  }
}

export function peerClient(peer: PeerClient): Client {
  return { id: peer.id, begin: (world) => new PeerSession(peer, world) };
}
