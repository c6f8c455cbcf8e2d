import type { Amount, FollowedRequest, SavingsRows, StoppedGroup } from '../figures/rows.ts';
import type { ControlTail, MeasuringCosts } from '../outcomes/records.ts';
import type { StoreDatabase } from './database.ts';
import type { Span } from './span.ts';

/** The latest requests, by which the rates of measuring are set. */
const LATELY = 2_000;

/** Whose clock runs and which might have been followed; what is withheld is generated in full in any case. */
const MEASURED = 'r.max_tokens IS NOT NULL AND r.control_rate > 0 AND NOT r.withheld';
/** Compared with the first-newline rule. Who asks for a longer answer would not get it from that rule. */
const ONE_LINE = `r.trigger <> 'complete-here'`;
const BEFORE_NEWLINE = `(r.tokens_at_first_newline IS NULL AND ${ONE_LINE})`;
const PACE = 'ifnull(r.ms_per_token, 0)';
/** Of a stopped request, in tokens: to the cap, or to what would have ended its stream. */
const FORESEEN = `
  max(0, min(r.max_tokens - r.tokens_at_stop,
    iif(r.ms_per_token > 0, ifnull(c.after_ms, 0) / r.ms_per_token, 0)))`;
const STOPPED = `r.ended = 'stopped' AND r.stop_reason NOT IN ('natural-end', 'cap')`;

const SEEN_NEWLINE = `
  SELECT count(*) AS requests,
    total(r.tokens_at_first_newline - r.tokens_at_stop) AS tokens,
    total((r.tokens_at_first_newline - r.tokens_at_stop) * ${PACE}) AS ms
  FROM requests r WHERE r.at >= @begins AND r.at < @ends AND ${MEASURED}
    AND r.tokens_at_first_newline IS NOT NULL AND ${ONE_LINE}`;

interface GroupRow {
  readonly reason: StoppedGroup['reason'];
  readonly before_newline: number;
  readonly requests: number;
  readonly tokens: number;
  readonly ms: number;
  readonly pace: number;
}
const GROUPS = `
  SELECT r.stop_reason AS reason, ${BEFORE_NEWLINE} AS before_newline, count(*) AS requests,
    total(${FORESEEN}) AS tokens, total(${FORESEEN} * ${PACE}) AS ms, total(${PACE}) AS pace
  FROM requests r LEFT JOIN clocks c ON c.request_id = r.id
  WHERE r.at >= @begins AND r.at < @ends AND ${MEASURED} AND ${STOPPED} GROUP BY 1, 2 ORDER BY 1, 2`;

interface FollowedRow {
  readonly reason: StoppedGroup['reason'];
  readonly before_newline: number;
  readonly control: number;
  readonly control_rate: number;
  readonly newline_rate: number;
  readonly pace: number;
  readonly foreseen: number;
  readonly tokens: number;
  readonly ms: number;
  readonly to_newline: number | null;
  readonly ended: ControlTail['ended'];
}
const FOLLOWED = `
  SELECT r.stop_reason AS reason, ${BEFORE_NEWLINE} AS before_newline, r.control, r.control_rate,
    ifnull(r.newline_rate, 0) AS newline_rate, ${PACE} AS pace, ${FORESEEN} AS foreseen,
    max(0, t.tokens - r.tokens_at_stop) AS tokens, t.tail_ms AS ms,
    t.tokens_at_first_newline - r.tokens_at_stop AS to_newline, t.ended
  FROM requests r
    JOIN control_tails t ON t.request_id = r.id LEFT JOIN clocks c ON c.request_id = r.id
  WHERE r.at >= @begins AND r.at < @ends AND ${MEASURED} AND ${STOPPED} ORDER BY r.at, r.id`;

const MEASURING = `
  SELECT total(tokens) AS tokens, total(ms) AS ms FROM (
    SELECT r.at, max(0, t.tokens - r.tokens_at_stop) AS tokens, t.tail_ms AS ms
    FROM requests r JOIN control_tails t ON t.request_id = r.id WHERE r.max_tokens IS NOT NULL
    UNION ALL
    SELECT r.at, s.tokens, s.ms FROM requests r JOIN shadow_tails s ON s.request_id = r.id)
  WHERE at >= @begins AND at < @ends`;

interface CostRow {
  readonly requests: number;
  readonly before_newline: number;
  readonly controls: number;
  readonly control_tokens: number;
  readonly newlines: number;
  readonly newline_tokens: number;
  readonly withheld_tokens: number;
}
const LATELY_COSTS = `
  WITH lately AS (
    SELECT * FROM requests r
    WHERE r.max_tokens IS NOT NULL AND r.control_rate > 0 AND r.control_rate < 1
    ORDER BY r.at DESC LIMIT ${LATELY})
  SELECT count(*) AS requests,
    total(NOT r.withheld AND ${STOPPED} AND ${BEFORE_NEWLINE}) AS before_newline,
    total(r.control) AS controls,
    total(r.control * max(0, t.tokens - r.tokens_at_stop)) AS control_tokens,
    total(NOT r.control AND NOT r.withheld AND t.tokens IS NOT NULL) AS newlines,
    total((NOT r.control AND NOT r.withheld) * max(0, t.tokens - r.tokens_at_stop)) AS newline_tokens,
    total((NOT r.control AND r.withheld) * max(0, t.tokens - r.tokens_at_stop)) AS withheld_tokens
  FROM lately r LEFT JOIN control_tails t ON t.request_id = r.id`;

export function savingsRows(database: StoreDatabase, window: Span): SavingsRows {
  return {
    seenNewline:
      database.statement<SavingsRows['seenNewline']>(SEEN_NEWLINE).get(window) ?? NO_NEWLINE,
    stopped: database.statement<GroupRow>(GROUPS).all(window).map(stoppedGroup),
    followed: database.statement<FollowedRow>(FOLLOWED).all(window).map(followedRequest),
    measuring: database.statement<Amount>(MEASURING).get(window) ?? NOTHING,
  };
}

const NOTHING: Amount = { tokens: 0, ms: 0 };
const NO_NEWLINE = { ...NOTHING, requests: 0 };

/** Of a time in which nothing was asked. */
export const NO_SAVINGS: SavingsRows = {
  ...{ seenNewline: NO_NEWLINE, stopped: [], followed: [], measuring: NOTHING },
};

function stoppedGroup(row: GroupRow): StoppedGroup {
  const { reason, requests, tokens, ms, pace } = row;
  const beforeNewline = row.before_newline === 1;
  return { reason, beforeNewline, requests, foreseen: { tokens, ms }, pace };
}

function followedRequest(row: FollowedRow): FollowedRequest {
  const { reason, pace, foreseen, tokens, ms, ended } = row;
  return {
    reason,
    beforeNewline: row.before_newline === 1,
    control: row.control === 1,
    controlRate: row.control_rate,
    newlineRate: row.newline_rate,
    msPerToken: pace,
    foreseen: { tokens: foreseen, ms: foreseen * pace },
    tail: { tokens, ms },
    toNewline: row.to_newline,
    whole: ended !== 'pre-empted' && ended !== 'newline',
  };
}

export function measuringCosts(database: StoreDatabase): MeasuringCosts {
  const row = database.statement<CostRow>(LATELY_COSTS).get();
  return {
    requests: row?.requests ?? 0,
    beforeNewline: row?.before_newline ?? 0,
    control: { requests: row?.controls ?? 0, tokens: row?.control_tokens ?? 0 },
    toNewline: { requests: row?.newlines ?? 0, tokens: row?.newline_tokens ?? 0 },
    withheldTokens: row?.withheld_tokens ?? 0,
  };
}
