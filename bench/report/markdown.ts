import type { Interval } from '../replay/bootstrap.ts';
import type { Goal } from './goals.ts';
import type { Against } from './peer.ts';
import type { Reading, RuleReadings } from './scored.ts';

function cell(reading: Reading | null, scale: number): string {
  if (!reading) return '–';
  const digits = (x: number) => (scale * x).toFixed(1);
  const { value, interval } = reading;
  return interval
    ? `${digits(value)} [${digits(interval.low)}, ${digits(interval.high)}]`
    : digits(value);
}

const signed = (share: number) => `${share > 0 ? '+' : ''}${(100 * share).toFixed(1)}`;

/** Tokens as a share of another rule's, and EM in points from its: two cells. */
export function againstCells({ tokens, em }: Against): string {
  const ratio = `${tokens.value.toFixed(2)} x`;
  const between = (interval: Interval | null, show: (x: number) => string) =>
    interval ? ` [${show(interval.low)}, ${show(interval.high)}]` : '';
  return `${ratio}${between(tokens.interval, (x) => x.toFixed(2))} | ${signed(em.value)}${between(em.interval, signed)} |`;
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
