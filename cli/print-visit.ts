import type { Act } from '../bench/session/behaviour.ts';
import type { Visit } from '../bench/session/visit.ts';
import { ENOUGH, formatCount, formatDuration } from '../shared/figures.ts';
import type { CompletionReport } from '../shared/protocol.ts';
import type { Stats } from '../shared/stats.ts';
import { estimateText } from './print-stats.ts';

const SAYS: Readonly<Record<Act, string>> = {
  accept: 'accepts',
  'accept and edit': 'accepts, then corrects it',
  'accept a word': 'accepts a word, types the rest',
  'accept a line': 'accepts a line, types the rest',
  'type along': 'types along',
  reject: 'types something else',
  ignore: 'moves on',
  write: 'types (nothing was offered)',
};

/** One visit for the terminal: what was served, what was not generated, why, and what it cost. */
export function visitLines(visit: Visit, number: number): string[] {
  const { place, line, wanted, act, report, fromMemory } = visit;
  const title = `${String(number).padStart(3)}  ${place.file}:${line}  ${place.kind}`;
  const memory =
    fromMemory > 0 ? `, ${fromMemory} ${fromMemory === 1 ? 'answer' : 'answers'} from memory` : '';
  const user = `     simulated user ${SAYS[act]}${memory}; wrote ${quote(wanted)}`;
  if (!report) return [title, '     no request reached the engine', user];
  return [
    title,
    `     served    ${report.served === '' ? 'nothing' : quote(report.served)}`,
    `     stopped   ${report.reason} after ${tokenCount(report.tokensAtStop)}, ${formatDuration(report.stopMs)}`,
    `     avoided   ${avoided(report)}`,
    user,
  ];
}

/** Ends of a control run that are not the text's own. */
const BROKEN_OFF: Readonly<Partial<Record<CompletionReport['ended'], string>>> = {
  superseded: 'the next act would have ended it',
  failed: 'the engine failed',
};

/** Known where this was a control run only: there the stream went on behind the stop. */
function avoided(report: CompletionReport): string {
  if (!report.control) {
    return 'what the model would have gone on with was not generated (no control run)';
  }
  const tokens = report.tokens - report.tokensAtStop;
  const reason = BROKEN_OFF[report.ended];
  if (tokens === 0) {
    return `nothing: ${reason ?? 'the control run shows that the text ends here by itself'}`;
  }
  const rest = report.generated.slice(commonLength(report.generated, report.served));
  const end = reason ?? report.ended;
  const what = report.served === '' ? 'its whole text' : 'it went on with';
  return `${tokenCount(tokens)}, ${formatDuration(report.tailMs)} by the control run (${end}); ${what} ${quote(rest)}`;
}

/**
 * Where too little was seen to estimate what was avoided at all places: what was counted at those
 * where the stream ran on, which needs no interval.
 */
export function observedLines(
  visits: readonly Pick<Visit, 'report'>[],
  { avoided }: Pick<Stats, 'avoided'>,
): string[] {
  if (avoided.every(({ net }) => net.n >= ENOUGH)) return [];
  const runs = visits.flatMap(({ report }) => (report?.control ? [report] : []));
  const total = (of: (run: CompletionReport) => number) =>
    formatCount(runs.reduce((sum, run) => sum + of(run), 0));
  return [
    `counted in ${formatCount(runs.length)} control runs: ${total((run) => run.tokensAtStop)} tokens up to the stops, and ${total((run) => run.tokens - run.tokensAtStop)} more that followed`,
  ];
}

/**
 * What was avoided before measuring it was paid for. The savings of the statistics are net of that, which outweighs
 * them where half of the requests run on.
 */
export function beforeMeasuringLines({
  avoided,
  tokens,
}: Pick<Stats, 'avoided' | 'tokens'>): string[] {
  const paid = tokens.measuring + tokens.shadows;
  const gross = avoided.flatMap(({ baseline, unit, net }) => {
    const { value, low, high, n } = net;
    if (unit !== 'tokens' || value === null || low === null || high === null) return [];
    const before = { value: value + paid, low: low + paid, high: high + paid, n };
    return [`  against ${baseline}: ${estimateText(before, formatCount, 'requests followed')}`];
  });
  if (paid === 0 || gross.length === 0) return [];
  return [
    `Tokens avoided without the ${formatCount(paid)} that it took to measure them:`,
    ...gross,
  ];
}

function tokenCount(tokens: number): string {
  return `${formatCount(tokens)} ${tokens === 1 ? 'token' : 'tokens'}`;
}

function commonLength(a: string, b: string): number {
  let length = 0;
  while (length < a.length && length < b.length && a[length] === b[length]) length++;
  return length;
}

/** On one line, shortened in the middle. */
function quote(text: string): string {
  const line = text.replaceAll('\n', '⏎');
  return `‹${line.length > 100 ? `${line.slice(0, 60)} … ${line.slice(-35)}` : line}›`;
}
