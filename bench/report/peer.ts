import { clusterInterval, meanOf } from '../replay/bootstrap.ts';
import type { Reading, RuleOutcomes } from './scored.ts';

const SEED = 1;

/** A rule beside a peer, on the same traces. */
export interface AgainstPeer {
  /** Of the peer's mean tokens. */
  readonly share: number;
  /** EM less the peer's, as a share, with its 95 % interval clustered by problem; paired by trace. */
  readonly em: Reading;
}

const tokensOf = ({ outcomes }: RuleOutcomes) =>
  outcomes.reduce((sum, { tokens }) => sum + tokens, 0);
const matchesOf = ({ outcomes }: RuleOutcomes) => outcomes.filter(({ exact }) => exact).length;

/** @throws RangeError where the two were not read on the same traces */
export function againstPeer(rule: RuleOutcomes, peer: RuleOutcomes, draws: number): AgainstPeer {
  if (rule.outcomes.length !== peer.outcomes.length) throw new RangeError('other traces');
  const differences = rule.outcomes.map(({ cluster, exact }, i) => ({
    cluster,
    value: Number(exact) - Number(peer.outcomes[i]?.exact ?? false),
    weight: 1 as const,
  }));
  return {
    share: tokensOf(rule) / tokensOf(peer),
    em: {
      value: meanOf(differences) ?? 0,
      interval: clusterInterval(differences, draws, SEED),
    },
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
    .filter((rule) => (againstPeer(rule, best, draws).em.interval?.high ?? 0) >= 0)
    .toSorted((a, b) => tokensOf(a) - tokensOf(b));
  return equal[0] ?? best;
}
