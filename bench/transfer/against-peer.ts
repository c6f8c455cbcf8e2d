import type { Goal } from '../report/goals.ts';
import { rulesTable } from '../report/markdown.ts';
import type { AgainstPeer } from '../report/peer.ts';
import type { RuleReadings } from '../report/scored.ts';

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
