import type { Stats } from '../../shared/stats.ts';
import { quantilesOf } from './quantiles.ts';
import type { WindowRows } from './rows.ts';

type Times = Pick<WindowRows, 'firstTokenMs' | 'answerMs'>;

export function latencyOf({ firstTokenMs, answerMs }: Times): Stats['latency'] {
  return { firstTokenMs: quantilesOf(firstTokenMs), answerMs: quantilesOf(answerMs) };
}
