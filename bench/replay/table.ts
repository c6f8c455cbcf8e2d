import type { RecordedTrace } from '../traces.ts';
import type { Interval } from './bootstrap.ts';
import type { Measured, MeasuredIntervals } from './measure.ts';
import type { Run } from './run.ts';

export interface Row {
  readonly run: Run;
  readonly measured: Measured;
  readonly intervals: MeasuredIntervals;
}

const percent = (share: number | null) => (share === null ? '–' : (100 * share).toFixed(1));

function withInterval(value: number | null, interval: Interval | null, scale: number): string {
  if (value === null) return '–';
  const digits = (x: number) => (scale * x).toFixed(1);
  return interval === null
    ? digits(value)
    : `${digits(value)} [${digits(interval.low)}, ${digits(interval.high)}]`;
}

/** One Markdown table: a row per rule, 95 % intervals clustered by problem. */
export function renderTable(
  title: string,
  traces: readonly RecordedTrace[],
  reference: string,
  rows: readonly Row[],
): string {
  const problems = new Set(traces.map((trace) => trace.problem)).size;
  const reachable = percent(rows[0]?.measured.reachable ?? null);
  const lines = rows.map(({ run, measured, intervals }) =>
    [
      run.id,
      withInterval(measured.tokens, intervals.tokens, 1),
      withInterval(measured.em, intervals.em, 100),
      percent(measured.captured),
      percent(measured.premature),
      percent(measured.overrun),
      withInterval(measured.lost, intervals.lost, 100),
      run.microsPerToken.toFixed(1),
    ].join(' | '),
  );
  return [
    `### ${title}: n ${traces.length}, ${problems} problems, reachable ${reachable} %, reference ${reference}`,
    '',
    '| rule | tokens | EM % | captured % | premature % | overrun % | lost % | us/token |',
    '|---|---|---|---|---|---|---|---|',
    ...lines.map((line) => `| ${line} |`),
    '',
  ].join('\n');
}
