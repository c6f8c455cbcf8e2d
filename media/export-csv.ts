import { inJoules } from '../shared/figures.ts';
import type { Estimate, Stats } from '../shared/stats.ts';

type Value = string | number | null;
type Row = readonly [section: string, name: string, unit: string, ...figures: Value[]];

const HEADER: Row = ['section', 'figure', 'unit', 'value', 'low', 'high', 'n', 'modelled'];

/** The panel's figures, one a row, with interval and n where there are any: RFC 4180. */
export function csvOf(stats: Stats): string {
  const rows: readonly Row[] = [
    HEADER,
    ...spentRows(stats),
    ...savedRows(stats),
    ...shareRows(stats),
    ...countRows(stats),
    ...stats.days.flatMap(({ day, requests, tokens, acceptedChars, saved }): Row[] => [
      [`day ${day}`, 'asked of the engine', 'requests', requests],
      [`day ${day}`, 'spent up to the stop', 'tokens', tokens],
      [`day ${day}`, 'came by accepting', 'characters', acceptedChars],
      estimateRow(`day ${day}`, 'saved against first newline', 'tokens', saved),
    ]),
  ];
  return rows.map((row) => `${padded(row).map(cell).join(',')}\r\n`).join('');
}

function spentRows({ tokens, cost }: Stats): Row[] {
  return [
    ['spent', 'all', 'tokens', tokens.spent],
    ['spent', 'measuring', 'tokens', tokens.measuring],
    ['spent', 'at idle, to learn from', 'tokens', tokens.shadows],
    ['spent beside', 'calibrating and comparing models', 'tokens', tokens.spans],
    ...(cost
      ? ([['spent', 'engine time', 'ms', cost.engineMs, null, null, cost.requests]] as Row[])
      : []),
    ...(cost?.energy ?? []).map(({ how, by, joules, n }): Row => [
      'spent',
      `energy, ${how} by ${by}`,
      'J',
      joules,
      null,
      null,
      n,
    ]),
  ];
}

function savedRows({ avoided, cost }: Stats): Row[] {
  const watts = cost?.watts ?? null;
  return avoided.flatMap(({ baseline, unit, net }) => [
    estimateRow('saved against', baseline, unit, net),
    ...(unit === 'ms' && watts !== null
      ? [estimateRow('saved against', baseline, 'J', inJoules(net, watts))]
      : []),
  ]);
}

function shareRows({ exactMatch, stops }: Stats): Row[] {
  return [
    estimateRow('matches', 'exact match, of what was offered', 'share', exactMatch),
    ...Object.entries(stops ?? {}).map(([name, estimate]) =>
      estimateRow('matches', name, 'share', estimate as Estimate),
    ),
  ];
}

function countRows({ requests, outcomes, stopReasons, languages, typing }: Stats): Row[] {
  const counts = (section: string, all: object): Row[] =>
    Object.entries(all).map(([name, n]): Row => [section, name, 'count', n as number]);
  return [
    ...counts('requests', requests),
    ...counts('outcomes', outcomes),
    ...counts('typing', typing),
    ...stopReasons.map(({ reason, n, meanTokens }): Row => [
      'stops',
      reason,
      'mean tokens',
      meanTokens,
      null,
      null,
      n,
    ]),
    ...languages.map(({ languageId, n, meanTokens }): Row => [
      ...(['language', languageId, 'mean tokens'] as const),
      ...[meanTokens, null, null, n],
    ]),
  ];
}

function estimateRow(section: string, name: string, unit: string, estimate: Estimate): Row {
  const { value, low, high, n, modelled } = estimate;
  return [section, name, unit, value, low, high, n, modelled ?? null];
}

function padded(row: Row): Value[] {
  return HEADER.map((_, index) => row[index] ?? null);
}

function cell(value: Value): string {
  if (value === null) return '';
  const text = String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
