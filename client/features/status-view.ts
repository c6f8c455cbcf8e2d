import {
  formatCount,
  formatDuration,
  formatEstimate,
  formatModelled,
} from '../../shared/figures.ts';
import type { StatusAction, StatusParams } from '../../shared/protocol.ts';
import type { BudgetStatus, Estimate } from '../../shared/stats.ts';
import { COMMANDS } from '../../shared/commands.ts';
import { escapeMarkdown } from './markdown.ts';

/** What the status bar item shows; icons in VS Code's `$(name)` notation. */
export interface StatusView {
  readonly text: string;
  /** Markdown. */
  readonly tooltip: string;
  readonly severity: 'none' | 'warning' | 'error';
  /** One sentence, where something is wrong. */
  readonly problem?: string;
  /** What helps against it. */
  readonly action?: StatusAction;
}

/** The daemon as the extension sees it, before and beside what the daemon says of itself. */
export type DaemonCondition =
  | { readonly kind: 'starting' | 'running' | 'stopped' }
  | { readonly kind: 'crashed'; readonly retryInMs: number };

const ICONS: Readonly<Record<StatusParams['state'], string>> = {
  starting: '$(loading~spin)',
  ready: '$(stop-circle)',
  working: '$(loading~spin)',
  paused: '$(debug-pause)',
  off: '$(circle-slash)',
  error: '$(warning)',
};

const RESTART: StatusAction = { title: 'Restart Daemon', command: COMMANDS.restartDaemon };

export function statusView(
  condition: DaemonCondition,
  status: StatusParams | undefined,
): StatusView {
  if (condition.kind === 'crashed') {
    const problem = `The daemon ended unexpectedly; it starts again in ${formatDuration(condition.retryInMs)}.`;
    return broken('error', problem, RESTART);
  }
  if (condition.kind === 'stopped') return broken('warning', 'The daemon is stopped.', RESTART);
  if (condition.kind === 'starting' || !status) {
    return {
      text: `${ICONS.starting} Shortstop`,
      tooltip: 'Shortstop is starting.',
      severity: 'none',
    };
  }
  if (status.state === 'error') {
    const problem = status.problem ?? 'The engine does not answer.';
    return broken('error', problem, status.action);
  }
  return {
    text: `${ICONS[status.state]} ${label(status)}`,
    tooltip: tooltip(status),
    severity: 'none',
  };
}

function broken(
  severity: 'warning' | 'error',
  problem: string,
  action: StatusAction | undefined,
): StatusView {
  const offer = action ? `\n\nClick, then choose **${escapeMarkdown(action.title)}**.` : '';
  return {
    text: `${ICONS.error} Shortstop`,
    tooltip: `**Shortstop**\n\n${escapeMarkdown(problem)}${offer}`,
    severity,
    problem,
    ...(action && { action }),
  };
}

function label(status: StatusParams): string {
  if (status.state === 'off') return 'Shortstop: off';
  if (status.state === 'paused') return 'Shortstop: paused';
  if (status.budget?.spent !== undefined) return 'Shortstop: budget spent';
  const model = status.model === '' ? 'Shortstop' : status.model;
  const avoided = formatEstimate(status.avoidedToday);
  return avoided === null ? model : `${model} · ${avoided} tokens avoided`;
}

function tooltip(status: StatusParams): string {
  const lines = [
    '**Shortstop**',
    stateLine(status),
    `Model: ${code(status.model)}`,
    `Engine: ${code(status.engine)}`,
    ...(status.budget ? budgetLines(status.budget) : []),
    `Tokens avoided today against no early stopping, net: ${avoided(status.avoidedToday)}`,
  ];
  return lines.map((line) => `${line}\n\n`).join('');
}

function stateLine(status: StatusParams): string {
  switch (status.state) {
    case 'working':
      return 'Completing.';
    case 'paused':
      return `Paused${status.pausedUntil === undefined ? '' : ` until ${timeOfDay(status.pausedUntil)}`}.`;
    case 'off':
      return 'Switched off.';
    default:
      return 'Ready.';
  }
}

function budgetLines({ gauges, spent }: BudgetStatus): string[] {
  const left = gauges.map(({ of, spent: tokens, limit }) => {
    const rest = formatCount(Math.max(0, (limit ?? 0) - tokens));
    return `${rest} of ${formatCount(limit ?? 0)} tokens left ${of === 'day' ? 'today' : 'in this session'}`;
  });
  return [`Budget: ${left.join(', ')}`, ...(spent === undefined ? [] : [spent])];
}

function avoided(estimate: Estimate): string {
  const { value, low, high, n } = estimate;
  if (value === null || low === null || high === null) return 'no request was stopped yet';
  const interval = `95 % interval ${formatCount(low)} to ${formatCount(high)}`;
  const grounds = `n = ${formatCount(n)} requests followed behind their stop`;
  return `${formatCount(value)} (${[interval, grounds, formatModelled(estimate)].filter(Boolean).join(', ')})`;
}

function timeOfDay(ms: number): string {
  return new Date(ms).toLocaleTimeString([], { hour: '2-digit', minute: '2-digit' });
}

function code(text: string): string {
  return text === '' ? 'none' : `\`${text.replaceAll('`', '')}\``;
}
