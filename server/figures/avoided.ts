import type { Avoided, Estimate } from '../../shared/protocol.ts';
import type { ControlRequest } from './rows.ts';
import { estimatedTotal, totalInterval, type SampledCluster } from './total-interval.ts';

/** Below this many control episodes no figure is stated. */
export const MIN_CONTROL_EPISODES = 20;
/** Nor below this many whose figure is not 0: an interval would be a guess. */
const MIN_TELLING_EPISODES = 5;

/** What a baseline would have spent beyond the stop (less than 0: it would have stopped earlier). */
type Beyond = (request: ControlRequest) => number;

/**
 * What stopping avoided in all requests, control or not, net of what the control requests' tails
 * cost: the sum over control requests of (baseline - stop) / rate, less the sum of their tails.
 * Intervals at 95 %, by bootstrap over episodes. Its n counts control requests.
 */
export function avoidedBy(requests: readonly ControlRequest[], seed = 1): Avoided[] {
  const figure = (
    baseline: Avoided['baseline'],
    unit: Avoided['unit'],
    beyond: Beyond,
    tail: Beyond,
  ): Avoided => ({ baseline, unit, net: netOf(requests, beyond, tail, seed) });
  return [
    { baseline: 'no early stopping', unit: 'tokens', net: netTokensAvoided(requests, seed) },
    figure('no early stopping', 'ms', tailMs, tailMs),
    figure('first newline', 'tokens', beyondFirstNewline, tailTokens),
  ];
}

/** The first of these alone: tokens against no early stopping. */
export function netTokensAvoided(requests: readonly ControlRequest[], seed = 1): Estimate {
  return netOf(requests, tailTokens, tailTokens, seed);
}

function tailTokens({ tail, tokensAtStop }: ControlRequest): number {
  return tail ? Math.max(0, tail.tokens - tokensAtStop) : 0;
}

function tailMs({ tail }: ControlRequest): number {
  return tail?.tailMs ?? 0;
}

/** Without a newline the first-newline rule runs to the stream's end. */
function beyondFirstNewline(request: ControlRequest): number {
  const { tokensAtFirstNewline, tokensAtStop, tail } = request;
  const newline = tokensAtFirstNewline ?? tail?.tokensAtFirstNewline ?? tail?.tokens;
  return (newline ?? tokensAtStop) - tokensAtStop;
}

function netOf(
  requests: readonly ControlRequest[],
  beyond: Beyond,
  tail: Beyond,
  seed: number,
): Estimate {
  const n = requests.length;
  const episodes = clustersOf(requests, beyond);
  const interval = isEnough(episodes) ? totalInterval(episodes, 0.95, seed) : null;
  if (!interval) return { value: null, low: null, high: null, n };
  const spent = requests.reduce((sum, request) => sum + tail(request), 0);
  return {
    value: estimatedTotal(episodes) - spent,
    low: interval.low - spent,
    high: interval.high - spent,
    n,
  };
}

function isEnough(episodes: readonly SampledCluster[]): boolean {
  if (episodes.length < MIN_CONTROL_EPISODES) return false;
  if (episodes.every(({ rate }) => rate >= 1)) return true;
  return episodes.filter(({ total }) => total !== 0).length >= MIN_TELLING_EPISODES;
}

function clustersOf(requests: readonly ControlRequest[], beyond: Beyond): SampledCluster[] {
  const episodes = new Map<string, SampledCluster>();
  for (const request of requests) {
    const known = episodes.get(request.episodeId)?.total ?? 0;
    episodes.set(request.episodeId, {
      rate: request.controlRate,
      total: known + beyond(request),
    });
  }
  return [...episodes.values()];
}
