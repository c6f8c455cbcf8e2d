import type { ExperimentEndpoint } from '../../../shared/stats.ts';
import type { StretchEvidence } from '../learner.ts';
import type { Definition } from './definition.ts';

/** What a stretch came to, in the endpoint's own unit; null where that is not known. */
export type Measured = Readonly<Record<ExperimentEndpoint, number | null>>;

/**
 * Matches and acceptance are 1 or 0 of all stretches, also of those in which nothing was offered: hiding must not raise
 * them. Tokens are those of all the stretch's requests. Latency is the mean time to an answer; a stretch without
 * any counts with the bound.
 */
export function measure(
  { requests, label }: StretchEvidence,
  bounds: Definition['bounds'],
): Measured {
  const tokens = requests.reduce((sum, { tokensAtStop }) => sum + tokensAtStop, 0);
  const latency = meanOfKnown(requests.map(({ stopMs }) => stopMs)) ?? bounds.latency;
  const known = label.outcome !== 'unknown';
  const accepted = label.outcome === 'accepted' || label.outcome === 'partly-accepted';
  return {
    matches: known ? Number(label.exactMatch === true) : null,
    acceptance: known ? Number(accepted || label.accepts > 0) : null,
    tokens: Math.min(tokens, bounds.tokens),
    latency: Math.min(latency, bounds.latency),
  };
}

/** What a value of 1 stands for, in the endpoint's own unit. */
export function scaleOf(endpoint: ExperimentEndpoint, bounds: Definition['bounds']): number {
  return endpoint === 'tokens' || endpoint === 'latency' ? bounds[endpoint] : 1;
}

/** Whether less is better. */
export function isCost(endpoint: ExperimentEndpoint): boolean {
  return endpoint === 'tokens' || endpoint === 'latency';
}

/** Null where none is known. */
export function meanOfKnown(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null);
  return known.length > 0 ? known.reduce((sum, value) => sum + value, 0) / known.length : null;
}
