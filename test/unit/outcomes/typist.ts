import { EpisodeTracker } from '../../../server/outcomes/episodes.ts';
import type { OpenEpisode, SettledEpisode } from '../../../server/outcomes/records.ts';
import { applyChange, type Change } from '../../../server/outcomes/region.ts';
import type { ContextKind } from '../../../server/stopping/trace.ts';

/** Someone at an editor with one document; `|` in a text is the cursor. */
export class Typist {
  readonly uri: string;
  text: string;
  cursor: number;
  now = 1_700_000_000_000;
  controlRate = 0;
  withheldRate = 0;
  newlineRate = 0;
  storeCode = true;
  left: OpenEpisode[];
  readonly saved: OpenEpisode[] = [];
  readonly settled: SettledEpisode[] = [];
  /** What was kept where the first request of each stood. */
  readonly kept: (string | null)[] = [];
  readonly tracker: EpisodeTracker;

  constructor(
    marked: string,
    {
      left = [],
      uri = 'file:///a.ts',
      random = () => 0.5,
    }: { left?: OpenEpisode[]; uri?: string; random?: () => number } = {},
  ) {
    this.uri = uri;
    this.cursor = marked.indexOf('|');
    this.text = marked.replace('|', '');
    this.left = left;
    this.tracker = new EpisodeTracker({
      ledger: {
        saveOpenEpisode: (episode) => this.saved.push(episode),
        openEpisodes: () => this.left,
        settleEpisode: (settled, kept = null) => {
          this.settled.push(settled);
          this.kept.push(kept);
        },
      },
      now: () => this.now,
      random,
      settings: () => {
        const { controlRate, newlineRate, withheldRate, storeCode } = this;
        return { controlRate, newlineRate, withheldRate, storeCode };
      },
    });
    this.tracker.opened({ uri, text: this.text });
  }

  /** A request at the cursor that reaches the engine, and waits for its answer there. */
  begin(kind: ContextKind = 'line-end', mayWithhold = true) {
    const { uri, text, cursor: offset } = this;
    const place = { uri, text, offset, languageId: 'typescript', mayWithhold };
    return this.tracker.draw({ ...place, kind });
  }

  /** The same, and it is over. */
  ask(kind: ContextKind = 'line-end', mayWithhold = true) {
    const draw = this.begin(kind, mayWithhold);
    this.tracker.over(draw.episodeId);
    return draw;
  }

  /** A request at the cursor and its answer. */
  offer(
    text: string,
    {
      id = 's1',
      replaceAfter = 0,
      kind = 'line-end',
      beside,
    }: { id?: string; replaceAfter?: number; kind?: ContextKind; beside?: string } = {},
  ) {
    const draw = this.ask(kind);
    this.tracker.offered({
      episodeId: draw.episodeId,
      suggestionId: id,
      requestId: id,
      offset: this.cursor,
      text,
      replaceAfter,
      ...(beside !== undefined && { beside }),
    });
    return draw;
  }

  /** The edits of one notification, each in the offsets of its moment. */
  edit(...changes: Change[]): void {
    const before = this.text;
    for (const change of changes) {
      this.text = applyChange(this.text, change);
      this.cursor = change.start + change.text.length;
    }
    this.tracker.changed(this.uri, changes, before, this.text);
  }

  insert(text: string): void {
    this.edit({ start: this.cursor, end: this.cursor, text });
  }

  /** One key after the other. */
  type(text: string): void {
    for (const key of text.split('')) this.insert(key);
  }

  backspace(count = 1): void {
    for (let i = 0; i < count; i++) {
      this.edit({ start: this.cursor - 1, end: this.cursor, text: '' });
    }
  }

  /** Accepts as a whole: the edit first, then the command. */
  accept(text: string, { id = 's1', replaceAfter = 0 } = {}): void {
    this.edit({ start: this.cursor, end: this.cursor + replaceAfter, text });
    this.tracker.accepted(id);
  }

  wait(ms: number): void {
    this.now += ms;
    this.tracker.tick();
  }

  /**
   * Waits until it is quiet, or, where nobody touched what was offered, until nothing waits any more,
   * and gives the one episode that settled.
   */
  settle(): SettledEpisode {
    this.wait(30_000);
    if (this.settled.length === 0) this.wait(90_000);
    const [only] = this.settled;
    if (!only || this.settled.length > 1)
      throw new Error(`${this.settled.length} episodes settled`);
    return only;
  }
}
