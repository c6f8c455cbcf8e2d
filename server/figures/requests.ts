import type { Stats } from '../../shared/stats.ts';
import type { WindowRows } from './rows.ts';

export function requestsOf({ requests }: Pick<WindowRows, 'requests'>): Stats['requests'] {
  const { engine, fromMemory, offered, control, cancelled, failed } = requests;
  return { engine, fromMemory, offered, control, cancelled, failed };
}

export function tokensOf({
  requests,
}: Pick<WindowRows, 'requests'>): Omit<Stats['tokens'], 'spans'> {
  const { tokens, tails, shadows } = requests;
  return { spent: tokens + tails + shadows, measuring: tails, shadows };
}
