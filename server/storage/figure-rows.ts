import type {
  CostTotals,
  EpisodeTotals,
  OutcomeCount,
  RequestTotals,
  WindowRows,
} from '../figures/rows.ts';
import type { RecentRequest } from '../../shared/stats.ts';
import type { StoreDatabase } from './database.ts';
import { NO_SAVINGS, savingsRows } from './savings-rows.ts';
import type { Span } from './span.ts';

/** Requests and memory answers count by when they were asked, episodes by when they began. */
export function windowRows(database: StoreDatabase, window: Span): WindowRows {
  const all = <Row>(sql: string) => database.statement<Row>(sql).all(window);
  return {
    requests: database.statement<RequestTotals>(REQUESTS).get(window) ?? NO_REQUESTS,
    episodes: database.statement<EpisodeTotals>(EPISODES).get(window) ?? NO_EPISODES,
    outcomes: all<OutcomeCount>(OUTCOME),
    savings: savingsRows(database, window),
    costs: all<CostTotals>(COSTS),
    firstTokenMs: all<Duration>(FIRST_TOKEN).map(({ ms }) => ms),
    answerMs: answerRows(database, window),
    stopReasons: all<WindowRows['stopReasons'][number]>(STOPS),
    models: all<WindowRows['models'][number]>(MODELS),
    languages: all<WindowRows['languages'][number]>(LANGUAGES),
  };
}

export function shadowTokens(database: StoreDatabase, since: number): number {
  const sql = 'SELECT total(tokens) AS tokens FROM shadow_tails WHERE at >= @since';
  return database.statement<{ tokens: number }>(sql).get({ since })?.tokens ?? 0;
}

export function spanTokens(database: StoreDatabase, { begins, ends }: Span): number {
  const sql = 'SELECT total(tokens) AS tokens FROM span_tokens WHERE at >= @begins AND at < @ends';
  return database.statement<{ tokens: number }>(sql).get({ begins, ends })?.tokens ?? 0;
}

export function answerRows(database: StoreDatabase, window: Span): number[] {
  return database
    .statement<Duration>(ANSWER)
    .all(window)
    .map(({ ms }) => ms);
}

export function engineMs(database: StoreDatabase, window: Span): number {
  return database.statement<Duration>(ENGINE_MS).get(window)?.ms ?? 0;
}

export function recentRows(database: StoreDatabase, count: number): RecentRequest[] {
  return database.statement<RecentRequest>(RECENT).all({ count });
}

const NO_REQUESTS: RequestTotals = {
  engine: 0,
  offered: 0,
  control: 0,
  cancelled: 0,
  failed: 0,
  fromMemory: 0,
  tokens: 0,
  tails: 0,
  shadows: 0,
};
const REQUESTS = `
  SELECT count(*) AS engine,
    total(r.offered) AS offered,
    total(r.control) AS control,
    total(r.ended = 'cancelled') AS cancelled,
    total(r.ended = 'failed') AS failed,
    total(r.tokens_at_stop) AS tokens,
    total(max(0, t.tokens - r.tokens_at_stop)) AS tails,
    (SELECT total(s.tokens) FROM shadow_tails s JOIN requests q ON q.id = s.request_id
      WHERE q.at >= @begins AND q.at < @ends) AS shadows,
    (SELECT count(*) FROM memory_answers WHERE at >= @begins AND at < @ends) AS fromMemory
  FROM requests r LEFT JOIN control_tails t ON t.request_id = r.id
  WHERE r.at >= @begins AND r.at < @ends`;

const NO_EPISODES: EpisodeTotals = {
  settled: 0,
  matches: 0,
  simulated: 0,
  stretches: 0,
  keptChars: 0,
  acceptedChars: 0,
  accepts: 0,
  ...{ ended: 0, endedOffered: 0, judged: 0, premature: 0, overrun: 0 },
};
const EPISODES = `
  SELECT count(exact_match) AS settled, total(exact_match) AS matches, total(simulated) AS simulated,
    count(kept_chars) AS stretches, total(kept_chars) AS keptChars,
    total(accepted_chars) AS acceptedChars, total(accepts) AS accepts,
    count(settled_at) AS ended, total(settled_at IS NOT NULL AND offered_at IS NOT NULL) AS endedOffered,
    count(premature) AS judged, total(premature) AS premature, total(overrun) AS overrun
  FROM episodes WHERE started_at >= @begins AND started_at < @ends`;

/** Of a time in which nothing was asked. */
export const NO_ROWS: WindowRows = {
  ...{ requests: NO_REQUESTS, episodes: NO_EPISODES, savings: NO_SAVINGS },
  ...{ outcomes: [], costs: [], firstTokenMs: [], answerMs: [] },
  ...{ stopReasons: [], models: [], languages: [] },
};

const OUTCOME = `
  SELECT iif(settled_at IS NULL, 'pending', outcome) AS outcome, count(*) AS n
  FROM episodes WHERE started_at >= @begins AND started_at < @ends AND offered_at IS NOT NULL GROUP BY 1`;

const STOPS = `
  SELECT stop_reason AS reason, count(*) AS n, avg(tokens_at_stop) AS meanTokens
  FROM requests WHERE at >= @begins AND at < @ends AND ended = 'stopped' GROUP BY 1 ORDER BY n DESC, reason`;

interface Duration {
  readonly ms: number;
}
const FIRST_TOKEN = `
  SELECT first_token_ms AS ms FROM requests WHERE at >= @begins AND at < @ends AND first_token_ms IS NOT NULL`;

const ANSWER = `
  SELECT stop_ms AS ms FROM requests WHERE at >= @begins AND at < @ends AND stop_ms IS NOT NULL
  UNION ALL SELECT answer_ms FROM memory_answers WHERE at >= @begins AND at < @ends`;

const MODELS = `
  SELECT model, model_digest AS digest, count(*) AS n
  FROM requests WHERE at >= @begins AND at < @ends GROUP BY 1, 2 ORDER BY n DESC, model, digest`;

const LANGUAGES = `
  SELECT language_id AS languageId, count(*) AS n, avg(tokens_at_stop) AS meanTokens
  FROM requests WHERE at >= @begins AND at < @ends GROUP BY 1 ORDER BY n DESC, languageId`;

const COSTS = `
  SELECT c.meter, coalesce(c.gpu_share >= 0.5, 0) AS onGpu, count(*) AS n,
    total(c.engine_ms) AS engineMs, total(c.joules) AS joules,
    count(c.prompt_tokens) AS counted, total(c.prompt_tokens) AS promptTokens,
    total(r.prompt_chars) AS promptChars,
    total(iif(c.prompt_tokens IS NULL, 0, r.prompt_chars)) AS countedChars
  FROM request_costs c JOIN requests r ON r.id = c.request_id
  WHERE r.at >= @begins AND r.at < @ends GROUP BY 1, 2 ORDER BY n DESC, c.meter`;

const ENGINE_MS = `
  SELECT total(ms) AS ms FROM (
    SELECT r.at, c.engine_ms AS ms FROM request_costs c JOIN requests r ON r.id = c.request_id
    UNION ALL
    SELECT r.at, s.ms FROM shadow_tails s JOIN requests r ON r.id = s.request_id)
  WHERE at >= @begins AND at < @ends`;

/** An outcome is told of the first suggestion that a stretch was offered. */
const IS_FIRST_OFFER = `
  r.offered AND NOT EXISTS (
    SELECT 1 FROM requests earlier
    WHERE earlier.episode_id = r.episode_id AND earlier.offered AND (earlier.at, earlier.id) < (r.at, r.id))`;
const RECENT = `
  SELECT r.at, r.language_id AS languageId, r.context_kind AS contextKind, r.model,
    CASE WHEN r.ended <> 'stopped' THEN r.ended WHEN r.offered THEN 'offered' WHEN r.withheld THEN 'withheld'
      WHEN r.served_chars > 0 THEN 'late' ELSE 'nothing' END AS fate,
    r.stop_reason AS stopReason, r.tokens_at_stop AS tokens,
    iif(t.ended IN ('newline', 'pre-empted'), NULL, t.tokens) AS tokensWithoutStop,
    r.stop_ms AS stopMs,
    CASE WHEN r.candidate > 1 THEN iif(r.accepted, 'accepted', NULL)
      WHEN ${IS_FIRST_OFFER} THEN iif(e.settled_at IS NULL, 'pending', e.outcome) END AS outcome
  FROM requests r JOIN episodes e ON e.id = r.episode_id
    LEFT JOIN control_tails t ON t.request_id = r.id
  ORDER BY r.at DESC, r.id LIMIT @count`;
