import type { Stats } from '../../shared/stats.ts';
import type { WindowRows } from './rows.ts';

export function requestsOf({ requests }: Pick<WindowRows, 'requests'>): Stats['requests'] {
  const { engine, fromMemory, offered, control, cancelled, failed } = requests;
  return { engine, fromMemory, offered, control, cancelled, failed };
}

export function tokensOf({ requests }: Pick<WindowRows, 'requests'>): Stats['tokens'] {
  return { spent: requests.tokens + requests.tails, measuring: requests.tails };
}
