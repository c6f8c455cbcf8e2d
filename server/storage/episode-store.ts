import type { OpenEpisode, SettledEpisode, StopJudgement } from '../outcomes/records.ts';
import { assignments, bindable, type Columns } from './columns.ts';
import type { StoreDatabase } from './database.ts';
import { readOpenState } from './open-state.ts';
import { isGone } from './owner.ts';
import { StorageError } from './storage-error.ts';

/** Whoever held an episode that nobody touched for so long does not any more, in milliseconds. */
const ABANDONED_MS = 600_000;

const SETTLED = {
  settledAt: 'settled_at',
  settledBy: 'settled_by',
  outcome: 'outcome',
  exactMatch: 'exact_match',
  linesKept: 'lines_kept',
  editSimilarity: 'edit_similarity',
  servedChars: 'served_chars',
  keptChars: 'kept_chars',
  offers: 'offers',
  accepts: 'accepts',
  acceptedChars: 'accepted_chars',
  servedText: 'served_text',
  keptText: 'kept_text',
  reachable: 'reachable',
  premature: 'premature',
  overrun: 'overrun',
} satisfies Columns<
  Omit<SettledEpisode, 'episodeId' | 'judged' | 'matches' | 'candidates'> & StopJudgement
>;

const NOT_JUDGED: StopJudgement = { reachable: null, premature: null, overrun: null };

const SAVE_EPISODE = `
  INSERT INTO episodes (id, started_at, language_id, context_kind, control, control_rate,
    withheld, withheld_rate, simulated,
    offered_at, offers, accepts, accepted_chars)
  VALUES (@episodeId, @startedAt, @languageId, @kind, @control, @controlRate,
    @withheld, @withheldRate, @simulated,
    @offeredAt, @offers, @accepts, @acceptedChars)
  ON CONFLICT (id) DO UPDATE SET offered_at = @offeredAt, offers = @offers, accepts = @accepts,
    accepted_chars = @acceptedChars`;

const SAVE_STATE = `
  INSERT INTO open_episodes (episode_id, owner, last_edit_at, state)
  VALUES (@episodeId, @owner, @lastEditAt, @state)
  ON CONFLICT (episode_id) DO UPDATE SET owner = @owner, last_edit_at = @lastEditAt, state = @state`;

interface OpenRow {
  readonly episode_id: string;
  readonly owner: string;
  readonly last_edit_at: number;
  readonly state: string;
}

/** The tables `episodes` and `open_episodes`, and in `meta` whose database this is. */
export class EpisodeStore {
  readonly #database: StoreDatabase;
  readonly #owner: string;

  constructor(database: StoreDatabase, owner: string) {
    this.#database = database;
    this.#owner = owner;
  }

  /** @throws StorageError `mixed-users` */
  save(episode: OpenEpisode): void {
    this.#requireSameUsers(episode.simulated ? 'simulated' : 'real');
    this.#database.statement(SAVE_EPISODE).run({
      episodeId: episode.episodeId,
      startedAt: episode.startedAt,
      languageId: episode.languageId,
      kind: episode.kind,
      control: Number(episode.control),
      controlRate: episode.controlRate,
      withheld: Number(episode.withheld),
      withheldRate: episode.withheldRate,
      simulated: Number(episode.simulated),
      offeredAt: episode.offered?.offeredAt ?? null,
      offers: episode.offers,
      accepts: episode.accepts,
      acceptedChars: episode.acceptedChars,
    });
    this.#database.statement(SAVE_STATE).run({
      episodeId: episode.episodeId,
      owner: this.#owner,
      lastEditAt: episode.lastEditAt,
      state: JSON.stringify(episode),
    });
  }

  /** Drops the state, and with it all code. */
  settle({
    episodeId,
    judged = NOT_JUDGED,
    matches = [],
    candidates = [],
    ...settled
  }: SettledEpisode): void {
    this.#database
      .statement(`UPDATE episodes SET ${assignments(SETTLED)} WHERE id = @id`)
      .run({ ...bindable({ ...settled, ...judged }), id: episodeId });
    this.#database.statement('DELETE FROM open_episodes WHERE episode_id = ?').run(episodeId);
    for (const { requestId, matched } of matches) {
      this.#database
        .statement('UPDATE requests SET matched = ? WHERE id = ?')
        .run(Number(matched), requestId);
    }
    for (const { requestId, accepted, matched } of candidates) {
      this.#database
        .statement('UPDATE requests SET accepted = ?, matched = ? WHERE id = ?')
        .run(Number(accepted), matched === null ? null : Number(matched), requestId);
    }
  }

  /** Takes over the open episodes whose process is gone, or that are long abandoned. */
  takeOver(now: number): OpenEpisode[] {
    const orphans = this.#database
      .statement<OpenRow>('SELECT * FROM open_episodes')
      .all()
      .filter(
        ({ owner, last_edit_at: edited }) =>
          isGone(owner, this.#owner) || Math.abs(now - edited) > ABANDONED_MS,
      );
    for (const { episode_id: id } of orphans) {
      this.#database
        .statement('UPDATE open_episodes SET owner = ? WHERE episode_id = ?')
        .run(this.#owner, id);
    }
    return orphans.flatMap(({ episode_id: id, state }) => {
      const open = readOpenState(state);
      if (open) return [open];
      this.#giveUp(id, now);
      return [];
    });
  }

  /** Its state is damaged: what became of its offer can't be told, and no code is kept. */
  #giveUp(id: string, now: number): void {
    this.#database
      .statement(
        `UPDATE episodes SET settled_at = ?, settled_by = 'restart',
           outcome = CASE WHEN offered_at IS NULL THEN NULL ELSE 'unknown' END WHERE id = ?`,
      )
      .run(now, id);
    this.#database.statement('DELETE FROM open_episodes WHERE episode_id = ?').run(id);
  }

  /** The first episode decides whether the database is a real user's or a simulated one's. */
  #requireSameUsers(users: 'real' | 'simulated'): void {
    const found = this.#database
      .statement<{ value: string }>(`SELECT value FROM meta WHERE key = 'users'`)
      .get();
    if (found?.value === users) return;
    if (found) {
      throw new StorageError(
        'mixed-users',
        `The database ${this.#database.path} holds ${found.value} users' records, and a ${users} user's must not be mixed in: choose another state folder. Nothing is recorded meanwhile.`,
      );
    }
    this.#database.statement(`INSERT INTO meta (key, value) VALUES ('users', ?)`).run(users);
  }
}
