import { clusterInterval, meanOf, type Observation } from '../replay/bootstrap.ts';
import type { Reading, RuleOutcomes } from './scored.ts';

const SEED = 1;

/** A rule beside another on the same traces; 95 % intervals clustered by problem, paired by trace. */
export interface Against {
  /** Of the other's tokens. */
  readonly tokens: Reading;
  /** EM less the other's, as a share. */
  readonly em: Reading;
}

const tokensOf = ({ outcomes }: RuleOutcomes) =>
  outcomes.reduce((sum, { tokens }) => sum + tokens, 0);
const matchesOf = ({ outcomes }: RuleOutcomes) => outcomes.filter(({ exact }) => exact).length;

/**
 * @param other where it spends no token, there was none to spend (a model that ended at once)
 * @throws RangeError where the two were not read on the same traces
 */
export function against(rule: RuleOutcomes, other: RuleOutcomes, draws: number): Against {
  if (rule.outcomes.length !== other.outcomes.length) throw new RangeError('other traces');
  const reading = (observed: readonly Observation[]): Reading => ({
    value: meanOf(observed) ?? 0,
    interval: clusterInterval(observed, draws, SEED),
  });
  const pairs = rule.outcomes.flatMap((one, i) => {
    const its = other.outcomes[i];
    return its ? [[one, its] as const] : [];
  });
  return {
    // Weighted by the other's tokens, the mean of the ratios is the ratio of the sums.
    tokens: reading(
      pairs.map(([{ cluster, tokens }, its]) => ({
        ...{ cluster, value: its.tokens > 0 ? tokens / its.tokens : 0, weight: its.tokens },
      })),
    ),
    em: reading(
      pairs.map(([{ cluster, exact }, its]) => ({
        ...{ cluster, value: Number(exact) - Number(its.exact), weight: 1 },
      })),
    ),
  };
}

/** The tool's rule of most matches, and of those the cheapest. Null where none was run. */
export function bestPeer(rules: readonly RuleOutcomes[]): RuleOutcomes | null {
  const peers = rules.filter(({ id }) => id.startsWith('peer-'));
  const bestFirst = (a: RuleOutcomes, b: RuleOutcomes) =>
    matchesOf(b) - matchesOf(a) || tokensOf(a) - tokensOf(b);
  return peers.toSorted(bestFirst)[0] ?? null;
}

/**
 * The peer whose tokens count: the cheapest whose EM can't be told from that of the best (its 95 %
 * interval, paired, reaches zero). Else a peer that is better by one match, at twice the cost, would make
 * the goals easy. Null where none was run.
 */
export function peerToBeat(rules: readonly RuleOutcomes[], draws: number): RuleOutcomes | null {
  const best = bestPeer(rules);
  if (!best) return null;
  const equal = rules
    .filter(({ id }) => id.startsWith('peer-'))
    .filter((rule) => (against(rule, best, draws).em.interval?.high ?? 0) >= 0)
    .toSorted((a, b) => tokensOf(a) - tokensOf(b));
  return equal[0] ?? best;
}
