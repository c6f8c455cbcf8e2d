import type { Goal } from './goals.ts';
import type { Reading, RuleReadings } from './scored.ts';

function cell(reading: Reading | null, scale: number): string {
  if (!reading) return '–';
  const digits = (x: number) => (scale * x).toFixed(1);
  const { value, interval } = reading;
  return interval
    ? `${digits(value)} [${digits(interval.low)}, ${digits(interval.high)}]`
    : digits(value);
}

/** One row per rule. */
export function rulesTable(rules: readonly RuleReadings[]): string {
  return [
    '| rule | tokens | EM % | captured % | lost % |',
    '|---|---|---|---|---|',
    ...rules.map(
      ({ id, tokens, em, captured, lost }) =>
        `| ${id} | ${cell(tokens, 1)} | ${cell(em, 100)} | ${cell(captured, 100)} | ${cell(lost, 100)} |`,
    ),
  ].join('\n');
}

export function goalsTable(goals: readonly Goal[]): string {
  return [
    '| goal | measured | |',
    '|---|---|---|',
    ...goals.map(
      ({ name, measured, met }) => `| ${name} | ${measured} | ${met ? 'met' : 'not met'} |`,
    ),
  ].join('\n');
}
