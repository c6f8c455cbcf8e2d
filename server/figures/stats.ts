import type { Stats } from '../../shared/stats.ts';
import { avoidedBy } from './avoided.ts';
import { costOf } from './cost.ts';
import { daysBegin, daysOf } from './days.ts';
import { latencyOf } from './latency.ts';
import { exactMatchOf, outcomesOf, stopsOf, typingOf } from './outcomes.ts';
import { requestsOf, tokensOf } from './requests.ts';
import type { FigureRows } from './rows.ts';

/** Requests that are listed one by one. */
const RECENT = 20;

/** All figures of one window of time, section by section; `since`, `now`: milliseconds since the epoch. */
export function readStats(figures: FigureRows, since: number | null, now: number): Stats {
  const rows = figures.since(since, now);
  return {
    from: since,
    to: now,
    requests: requestsOf(rows),
    tokens: { ...tokensOf(rows), spans: figures.spanTokens(since) },
    cost: costOf(rows),
    avoided: avoidedBy(rows.savings),
    outcomes: outcomesOf(rows),
    typing: typingOf(rows),
    exactMatch: exactMatchOf(rows),
    stops: stopsOf(rows),
    stopReasons: rows.stopReasons,
    latency: latencyOf(rows),
    models: rows.models,
    languages: rows.languages,
    days: daysOf(figures.days(daysBegin(now), now), now),
    recent: figures.recent(RECENT),
    simulated: rows.episodes.simulated,
  };
}
