import { clusterInterval, meanOf } from '../replay/bootstrap.ts';
import type { Goal } from '../report/goals.ts';
import { rulesTable } from '../report/markdown.ts';
import type { Reading, RuleOutcomes, RuleReadings } from '../report/scored.ts';

const SEED = 1;

/** A rule beside the peer to beat, on the same traces. */
export interface AgainstPeer {
  /** Of the peer's mean tokens. */
  readonly share: number;
  /** EM less the peer's, as a share, with its 95 % interval clustered by problem; paired by trace. */
  readonly em: Reading;
}

/** @throws RangeError where the two were not read on the same traces */
export function againstPeer(rule: RuleOutcomes, peer: RuleOutcomes, draws: number): AgainstPeer {
  if (rule.outcomes.length !== peer.outcomes.length) throw new RangeError('other traces');
  const tokensOf = ({ outcomes }: RuleOutcomes) =>
    outcomes.reduce((sum, { tokens }) => sum + tokens, 0);
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

/**
 * The peer to beat: the cheapest whose EM can't be told from that of the best (its 95 % interval, paired,
 * reaches zero). Else a peer that is better by one match, at twice the cost, would make the goals easy.
 */
export function peerToBeat(
  rules: readonly RuleOutcomes[],
  best: RuleOutcomes,
  draws: number,
): RuleOutcomes {
  const equal = rules
    .filter(({ id }) => id.startsWith('peer-'))
    .map((rule) => ({ rule, against: againstPeer(rule, best, draws) }))
    .filter(({ against }) => (against.em.interval?.high ?? 0) >= 0)
    .toSorted((a, b) => a.against.share - b.against.share);
  return equal[0]?.rule ?? best;
}

const signed = (share: number) => `${share > 0 ? '+' : ''}${(100 * share).toFixed(1)}`;

function cells({ share, em }: AgainstPeer): string {
  const { value, interval } = em;
  const between = interval ? ` [${signed(interval.low)}, ${signed(interval.high)}]` : '';
  return `${share.toFixed(2)} x | ${signed(value)}${between} |`;
}

/** The report's table, with what each rule spends and serves against the peer to beat. */
export function transferTable(
  rows: readonly { readonly readings: RuleReadings; readonly against: AgainstPeer }[],
): string {
  const [header = '', line = '', ...lines] = rulesTable(rows.map(({ readings }) => readings)).split(
    '\n',
  );
  return [
    `${header} tokens, the peer's | EM, points from its |`,
    `${line}---|---|`,
    ...lines.map((text, i) => {
      const row = rows[i];
      return row ? `${text} ${cells(row.against)}` : text;
    }),
  ].join('\n');
}

/** Goals in rows, ways of choosing thresholds in columns; each column has the same goals. */
export function goalsByWay(ways: ReadonlyMap<string, readonly Goal[]>): string {
  const columns = [...ways.values()];
  const cell = (goal: Goal | undefined) =>
    goal ? `${goal.measured}: ${goal.met ? 'met' : 'not met'}` : '–';
  return [
    `| goal | ${[...ways.keys()].join(' | ')} |`,
    `|---|${'---|'.repeat(columns.length)}`,
    ...(columns[0] ?? []).map(
      ({ name }, i) => `| ${name} | ${columns.map((goals) => cell(goals[i])).join(' | ')} |`,
    ),
  ].join('\n');
}
