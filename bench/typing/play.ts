import { VirtualClock } from './clock.ts';
import { SimulatedEngine } from './engine.ts';
import { acceptedOf, Typist, type Person } from './person.ts';
import type { Profile } from './profiles.ts';
import type { Stretch } from './stretches.ts';

export interface Offered {
  readonly text: string;
  /** False: it was there already, in a memory or a cache. */
  readonly fromEngine: boolean;
}

/** A tool's side of one stretch, as an editor sees it. */
export interface Session {
  /** After a key, or an accept: what is offered where so much is typed; null: nothing. Never rejects. */
  ask(typed: number, signal: AbortSignal): Promise<Offered | null>;
  /** So much of the wanted text stands there now; before anything else is told of it. */
  changed?(typed: number): void;
  /** An offer was accepted as a whole. */
  accepted(): void;
  close(): void;
}

/** Simulated time, or what passes outside. */
export type Time = Pick<VirtualClock, 'now' | 'sleep'>;

/** Where a tool is played. */
export interface World {
  readonly stretch: Stretch;
  readonly engine: SimulatedEngine;
  readonly clock: VirtualClock;
  readonly profile: Profile;
}

export interface Client {
  readonly id: string;
  begin(world: World): Session;
}

/** What became of one stretch. */
export interface Played {
  readonly stretch: Stretch;
  readonly chars: number;
  readonly keys: number;
  readonly requests: number;
  readonly tokens: number;
  readonly busyMs: number;
  readonly unrecorded: number;
  readonly offers: number;
  readonly offersNotKept: number;
  /** An accepted offer was all that was left. */
  readonly exact: boolean;
  /** Offers accepted as a whole behind which more was to be typed. */
  readonly acceptsBeforeEnd: number;
  /** From the key to the offer, of those that the engine served. */
  readonly ghostMs: readonly number[];
}

interface Shown {
  /** At `typed`. */
  readonly text: string;
  readonly typed: number;
  readonly since: number;
  readonly offer: { kept: boolean; judged: boolean };
}

/** What the person had of a stretch; what the engine spent on it is counted there. */
export type Typed = Omit<Played, keyof SimulatedEngine['spent']>;

/** One person, one stretch, one tool. */
export class Play {
  readonly #stretch: Stretch;
  readonly #clock: Time;
  readonly #session: Session;
  readonly #person: Person;
  readonly #typist: Typist;
  readonly #offers: { kept: boolean }[] = [];
  readonly #ghostMs: number[] = [];
  #shown: Shown | null = null;
  #typed = 0;
  #keys = 0;
  #exact = false;
  #acceptsBeforeEnd = 0;

  constructor(stretch: Stretch, clock: Time, session: Session, person: Person) {
    this.#stretch = stretch;
    this.#clock = clock;
    this.#session = session;
    this.#person = person;
    this.#typist = new Typist(person, stretch.id);
  }

  async run(): Promise<void> {
    const { wanted } = this.#stretch;
    while (this.#typed < wanted.length) {
      const abort = new AbortController();
      this.#ask(abort.signal);
      await this.#clock.sleep(this.#typist.keyMs(wanted, this.#typed));
      await this.#read();
      if (!this.#accept()) {
        this.#typed += 1;
        this.#keys += 1;
      }
      // As an editor does: the document changes first, then what was asked before is cancelled.
      this.#session.changed?.(this.#typed);
      abort.abort();
    }
    this.#session.close();
  }

  typed(): Typed {
    const stretch = this.#stretch;
    return {
      stretch,
      chars: stretch.wanted.length,
      keys: this.#keys,
      offers: this.#offers.length,
      offersNotKept: this.#offers.filter(({ kept }) => !kept).length,
      exact: this.#exact,
      acceptsBeforeEnd: this.#acceptsBeforeEnd,
      ghostMs: this.#ghostMs,
    };
  }

  #ask(signal: AbortSignal): void {
    const asked = this.#clock.now();
    const typed = this.#typed;
    void this.#session.ask(typed, signal).then((answer) => {
      if (signal.aborted) return;
      if (!answer || answer.text === '') this.#shown = null;
      else this.#show(answer, typed, asked);
    });
  }

  /** The rest of an offer that was typed along is the same offer. */
  #show({ text, fromEngine }: Offered, typed: number, asked: number): void {
    const last = this.#shown;
    if (last && last.text.slice(typed - last.typed) === text) return;
    const since = this.#clock.now();
    const offer = { kept: false, judged: false };
    this.#offers.push(offer);
    if (fromEngine) this.#ghostMs.push(since - asked);
    this.#shown = { text, typed, since, offer };
  }

  /** What of the offer on the screen is left at the cursor. */
  #left(): string {
    const shown = this.#shown;
    if (!shown) return '';
    const { wanted } = this.#stretch;
    const typed = wanted.slice(shown.typed, this.#typed);
    return shown.text.startsWith(typed) ? shown.text.slice(typed.length) : '';
  }

  async #read(): Promise<void> {
    const shown = this.#shown;
    const clock = this.#clock;
    const left = this.#left();
    if (!shown || left === '' || shown.offer.judged) return;
    if (clock.now() - shown.since < this.#person.committedMs) return;
    await clock.sleep(shown.since + this.#typist.readMs(left) - clock.now());
  }

  #accept(): boolean {
    const shown = this.#shown;
    const left = this.#left();
    if (!shown || left === '' || shown.offer.judged) return false;
    if (this.#clock.now() - shown.since < this.#person.committedMs) return false;
    const wanted = this.#stretch.wanted.slice(this.#typed);
    const taken = acceptedOf(left, wanted, this.#person);
    shown.offer.judged = true;
    if (!taken) return false;
    shown.offer.kept = true;
    this.#keys += taken.keys;
    this.#typed += taken.chars;
    this.#exact ||= taken.whole && taken.chars === wanted.length;
    if (taken.whole) {
      if (taken.chars < wanted.length) this.#acceptsBeforeEnd += 1;
      this.#shown = null;
      this.#session.accepted();
    }
    return true;
  }
}

/** Types a stretch in simulated time. */
export async function play(
  stretch: Stretch,
  client: Client,
  profile: Profile,
  person: Person,
): Promise<Played> {
  const clock = new VirtualClock();
  const engine = new SimulatedEngine(stretch, clock, profile);
  const session = client.begin({ stretch, engine, clock, profile });
  const game = new Play(stretch, clock, session, person);
  await clock.run(game.run());
  return { ...game.typed(), ...engine.spent };
}
