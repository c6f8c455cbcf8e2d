import type { PanelWindow } from '../../shared/panel-protocol.ts';

const DAYS_BEFORE_TODAY: Readonly<Record<PanelWindow, number | undefined>> = {
  today: 0,
  '7 days': 6,
  '30 days': 29,
  all: undefined,
};

/** The local midnight that a window of the panel begins at, milliseconds since the epoch. */
export function startOf(chosen: PanelWindow, now: Date): number | undefined {
  const days = DAYS_BEFORE_TODAY[chosen];
  if (days === undefined) return undefined;
  return new Date(now.getFullYear(), now.getMonth(), now.getDate() - days).getTime();
}
