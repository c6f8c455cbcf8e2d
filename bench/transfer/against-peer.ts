import type { Goal } from '../report/goals.ts';
import { againstCells, rulesTable } from '../report/markdown.ts';
import type { Against } from '../report/peer.ts';
import type { RuleReadings } from '../report/scored.ts';

/** The report's table, with what each rule spends and serves against the peer to beat. */
export function transferTable(
  rows: readonly { readonly readings: RuleReadings; readonly against: Against }[],
): string {
  const [header = '', line = '', ...lines] = rulesTable(rows.map(({ readings }) => readings)).split(
    '\n',
  );
  return [
    `${header} tokens, the peer's | EM, points from its |`,
    `${line}---|---|`,
    ...lines.map((text, i) => {
      const row = rows[i];
      return row ? `${text} ${againstCells(row.against)}` : text;
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
