import {
  formatCount,
  formatDuration,
  formatModelled,
  formatShare,
  formatTokens,
  hasFewFollowed,
} from '../../shared/figures.ts';
import type { StatusAction, StatusParams } from '../../shared/protocol.ts';
import type { BudgetStatus, Estimate } from '../../shared/stats.ts';
import type { Settings } from '../../shared/settings.ts';
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

/** The file in front, by its own settings. */
export interface Place extends Pick<Settings, 'enable' | 'suggest'> {
  /** As the editor calls it. */
  readonly language: string;
  /** Somebody asked there by a command, and waits. */
  readonly isAwaited?: boolean;
}

const ICONS: Readonly<Record<StatusParams['state'], string>> = {
  starting: '$(loading~spin)',
  ready: '$(stop-circle)',
  working: '$(loading~spin)',
  paused: '$(debug-pause)',
  off: '$(circle-slash)',
  error: '$(warning)',
};

const RESTART: StatusAction = { title: 'Restart Daemon', command: COMMANDS.restartDaemon };

/** @param place null where no file is in front */
export function statusView(
  condition: DaemonCondition,
  status: StatusParams | undefined,
  place: Place | null = null,
): StatusView {
  if (condition.kind === 'crashed') {
    const problem = `The daemon ended unexpectedly; it starts again in ${formatDuration(condition.retryInMs)}.`;
    return broken('daemon ended', problem, RESTART);
  }
  if (condition.kind === 'stopped') {
    return broken('daemon stopped', 'The daemon is stopped.', RESTART);
  }
  if (condition.kind === 'starting' || !status) {
    return {
      text: `${ICONS.starting} Shortstop: starting`,
      tooltip: 'Shortstop is starting.',
      severity: 'none',
    };
  }
  if (status.state === 'error') {
    const { headline = 'no engine', problem = 'The engine does not answer.', action } = status;
    return broken(headline, problem, action);
  }
  return {
    text: `${ICONS[status.state]} ${label(status, place)}`,
    tooltip: tooltip(status, place),
    severity: 'none',
  };
}

/** What it says, without icons; the whole sentence where something is wrong. */
export function plainText({ problem, text }: StatusView): string {
  return problem ?? text.replace(/\$\([^)]*\)\s*/g, '');
}

/** An error only where the user can do nothing about it. */
function broken(headline: string, problem: string, action: StatusAction | undefined): StatusView {
  const offer = action ? `\n\nClick, then choose **${escapeMarkdown(action.title)}**.` : '';
  return {
    text: `${ICONS.error} Shortstop: ${headline}`,
    tooltip: `**Shortstop**\n\n${escapeMarkdown(problem)}${offer}`,
    severity: action ? 'warning' : 'error',
    problem,
    ...(action && { action }),
  };
}

/** The state where it says why nothing comes, else the figure of the day, else the state. */
function label(status: StatusParams, place: Place | null): string {
  if (status.state === 'off') return 'Shortstop: off';
  if (status.state === 'paused') return `Shortstop: paused${until(status)}`;
  if (place?.enable === false) return `Shortstop: off for ${place.language}`;
  if (place?.isAwaited && status.state === 'working') return 'Shortstop: thinking';
  if (status.engineBusy) return 'Shortstop: engine slow to answer';
  if (status.budget?.spent !== undefined) return 'Shortstop: budget spent';
  if (place?.suggest === 'on-key') return 'Shortstop: on a key';
  const saved = savedInWords(status.savedToday);
  if (saved !== null) return `${saved} engine time today`;
  if (status.state === 'starting') return 'Shortstop: starting';
  return status.state === 'working' ? 'Shortstop: thinking' : 'Shortstop: ready';
}

/** An interval of the share of engine time saved that is wider than this says too little for the status bar. */
const WIDEST = 0.5;

/** `saved 38 %`, or an interval that is wider than its value; null while that is too unsure. */
function savedInWords(estimate: Estimate): string | null {
  const { value, low, high } = estimate;
  if (value === null || low === null || high === null || hasFewFollowed(estimate)) return null;
  if ((low <= 0 && high >= 0) || high - low > WIDEST) return null;
  const [least, most] = [Math.min(Math.abs(low), Math.abs(high)), Math.max(-low, high)];
  const isNarrow = most - least <= Math.abs(value);
  const share = isNarrow
    ? formatShare(Math.abs(value))
    : `${formatShare(least)} to ${formatShare(most)}`;
  return low > 0 ? `saved ${share}` : `cost ${share} more`;
}

function tooltip(status: StatusParams, place: Place | null): string {
  const lines = [
    `**Shortstop**: ${stateInWords(status, place)} ${code(status.model)} on ${code(status.engine)}.`,
    figureLine(status.savedToday),
    lastLine(status),
  ];
  return lines.join('\n\n');
}

function lastLine({ budget, advice }: StatusParams): string {
  if (budget) return budgetLine(budget);
  if (advice) return `${escapeMarkdown(advice.text)} Click to change that.`;
  return 'Click for quality, length, pause, model and what was saved.';
}

const BUSY =
  'waits, since the engine is slow to answer: another program may be using it. A command is still answered.';

function stateInWords(status: StatusParams, place: Place | null): string {
  switch (status.state) {
    case 'starting':
      return 'starting.';
    case 'working':
      return 'thinking.';
    case 'paused':
      return `paused${until(status)}.`;
    case 'off':
      return 'switched off.';
    default:
      return status.engineBusy ? BUSY : placeInWords(status, place);
  }
}

function placeInWords({ budget }: StatusParams, place: Place | null): string {
  if (place?.enable === false) return `switched off for ${place.language}.`;
  if (budget?.spent !== undefined) return 'budget spent.';
  return place?.suggest === 'on-key' ? 'suggests on a key (Alt+\\\\).' : 'ready.';
}

function until({ pausedUntil, onBattery }: StatusParams): string {
  if (onBattery) return ' on battery';
  return pausedUntil === undefined ? '' : ` until ${timeOfDay(pausedUntil)}`;
}

function figureLine(estimate: Estimate): string {
  const { value, low, high, n } = estimate;
  if (value === null || low === null || high === null) {
    return 'Engine time today: too few requests to say what was saved.';
  }
  if (hasFewFollowed(estimate)) {
    return 'Engine time today: too few requests were followed behind their stop to say what was saved.';
  }
  const interval = `95 % interval ${changesInWords(low, high)}`;
  const grounds = `n = ${formatCount(n)} followed behind their stop`;
  const facts = [interval, grounds, formatModelled(estimate)].filter(Boolean).join(', ');
  return `Engine time today against the first-newline rule: ${changeInWords(value)} (${facts}).`;
}

/** `saved 38 %`, of a share below 0 `cost 7 % more`. */
function changeInWords(share: number): string {
  return share < 0 ? `cost ${formatShare(-share)} more` : `saved ${formatShare(share)}`;
}

function changesInWords(low: number, high: number): string {
  if (low < 0 && high > 0) return `${changeInWords(low)} to ${changeInWords(high)}`;
  const [least, most] = [Math.abs(low), Math.abs(high)].sort((a, b) => a - b);
  return `${formatShare(least ?? 0)} to ${formatShare(most ?? 0)}`;
}

function budgetLine({ gauges, spent }: BudgetStatus): string {
  if (spent !== undefined) return escapeMarkdown(spent);
  return `Budget: ${budgetInWords(gauges)}.`;
}

/** `1,360 of 2,000 tokens left today`, for each limit. */
export function budgetInWords(gauges: BudgetStatus['gauges']): string {
  return gauges
    .map(({ of, spent, limit }) => {
      const rest = formatCount(Math.max(0, (limit ?? 0) - spent));
      return `${rest} of ${formatTokens(limit ?? 0)} left ${of === 'day' ? 'today' : 'in this session'}`;
    })
    .join(', ');
}

function timeOfDay(ms: number): string {
  return new Date(ms).toLocaleTimeString([], { hour: '2-digit', minute: '2-digit' });
}

function code(text: string): string {
  return text === '' ? 'none' : `\`${text.replaceAll('`', '')}\``;
}
