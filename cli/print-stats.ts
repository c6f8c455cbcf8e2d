import { armsInWords, stateInWords } from '../shared/experiment-words.ts';
import {
  formatCount,
  formatDigest,
  formatDuration,
  formatEnergy,
  formatModelled,
  formatShare,
  inJoules,
  notEnough,
} from '../shared/figures.ts';
import {
  OUTCOMES,
  type Avoided,
  type BudgetGauge,
  type Cost,
  type Estimate,
  type Quantiles,
  type Stats,
  type StopFigures,
} from '../shared/stats.ts';

/**
 * The figures of a database for a terminal, what was avoided before what it took to measure it;
 * every estimate with its n and its interval.
 */
export function statsLines(stats: Stats): string[] {
  const { requests, tokens, outcomes, exactMatch, stopReasons, latency, models, simulated } = stats;
  const rows: [string, string][] = [
    ...(simulated > 0
      ? [['simulated user', `${formatCount(simulated)} episodes`] as [string, string]]
      : []),
    ...models.map(({ model, digest, n }): [string, string] => [
      'model',
      `${model} (${formatDigest(digest)}), ${formatCount(n)} requests`,
    ]),
    [
      'requests',
      `${formatCount(requests.engine)} to the engine (${formatCount(requests.offered)} offered, ` +
        `${formatCount(requests.control)} control runs, ${formatCount(requests.cancelled)} cancelled, ` +
        `${formatCount(requests.failed)} failed), ${formatCount(requests.fromMemory)} answered from memory`,
    ],
    ...stats.avoided.map((avoided): [string, string] => [
      avoidedTitle(avoided),
      avoidedText(avoided),
    ]),
    ...energyRows(stats),
    [
      'tokens spent',
      `${formatCount(tokens.spent - tokens.measuring - tokens.shadows)} on completions, ` +
        `${formatCount(tokens.measuring)} more to measure what was avoided` +
        (tokens.shadows > 0 ? `, ${formatCount(tokens.shadows)} at idle to learn from` : '') +
        (tokens.spans > 0
          ? `; beside these ${formatCount(tokens.spans)} to calibrate and to compare models`
          : ''),
    ],
    ...(stats.budget ?? []).map((gauge): [string, string] => [
      gauge.of === 'day' ? 'tokens today' : 'tokens this session',
      budgetText(gauge),
    ]),
    ...(stats.experiment
      ? [
          ['experiment', `${armsInWords(stats.experiment)}. ${stateInWords(stats.experiment)}`] as [
            string,
            string,
          ],
        ]
      : []),
    ...(stats.cost && stats.cost.requests > 0 ? costRows(stats.cost) : []),
    [
      'outcomes',
      [...OUTCOMES, 'pending' as const]
        .filter((outcome) => outcomes[outcome] > 0)
        .map((outcome) => `${outcome} ${formatCount(outcomes[outcome])}`)
        .join(', ') || 'none yet',
    ],
    ['exact match', `${estimateText(exactMatch, formatShare, 'settled suggestions')}, anchored`],
    ...(stats.stops ? stopRows(stats.stops) : []),
    [
      'stop reasons',
      stopReasons
        .map(({ reason, n, meanTokens }) => `${reason} ${n} (${meanTokens.toFixed(1)} tokens)`)
        .join(', ') || 'none yet',
    ],
    ['first token', quantilesText(latency.firstTokenMs)],
    ['answer', `${quantilesText(latency.answerMs)}, memory included`],
  ];
  const width = Math.max(...rows.map(([title]) => title.length));
  return rows.map(([title, text]) => `${title.padEnd(width)}  ${text}`);
}

function avoidedTitle({ unit }: Avoided): string {
  return unit === 'tokens' ? 'tokens avoided' : 'time avoided';
}

function avoidedText({ baseline, unit, net }: Avoided): string {
  const format = unit === 'tokens' ? formatCount : formatDuration;
  if (net.value === null) return `against ${baseline}: no request was stopped yet`;
  const modelled = formatModelled(net);
  return `against ${baseline}: ${estimateText(net, format, 'requests followed')}${modelled && `, ${modelled}`}`;
}

/** The time avoided at the power that the engine was seen to draw. */
function energyRows({ avoided, cost }: Stats): [string, string][] {
  const watts = cost?.watts ?? null;
  if (watts === null) return [];
  return avoided
    .filter(({ unit, net }) => unit === 'ms' && net.value !== null)
    .map(({ baseline, net }) => [
      'energy avoided',
      `against ${baseline}: ${estimateText(inJoules(net, watts), formatEnergy, 'requests followed')}, at ${watts.toFixed(1)} W`,
    ]);
}

function costRows({ requests, engineMs, promptTokens, energy }: Cost): [string, string][] {
  const { counted, countedRequests, estimated } = promptTokens;
  return [
    ['engine time', `${formatDuration(engineMs)}, n = ${formatCount(requests)} requests`],
    [
      'prompt tokens',
      `${formatCount(counted)} counted by the engine (n = ${formatCount(countedRequests)}), ` +
        `${formatCount(estimated)} estimated of the others' characters`,
    ],
    ...energy.map(({ how, by, joules, n }): [string, string] => [
      'energy',
      `${formatEnergy(joules)} ${how} by ${by}, n = ${formatCount(n)} requests`,
    ]),
  ];
}

function stopRows({ offered, matches, premature, overrun }: StopFigures): [string, string][] {
  const share = (estimate: Estimate, of: string) => estimateText(estimate, formatShare, of);
  return [
    ['offered', share(offered, 'settled stretches')],
    ['matches', `${share(matches, 'settled stretches, offered or not')}, anchored`],
    ['stopped too early', share(premature, 'stops told by what was kept')],
    ['stopped too late', share(overrun, 'stops told by what was kept')],
  ];
}

function budgetText({ spent, limit, price, perRequest }: BudgetGauge): string {
  if (limit === null) return `${formatCount(spent)} spent, no budget`;
  const each =
    perRequest === null ? '' : `, ${perRequest.toFixed(1)} left for each request to be expected`;
  const dear = price > 0 ? `, a token costs ${price.toFixed(3)} matches` : '';
  return `${formatCount(spent)} of ${formatCount(limit)} spent${each}${dear}`;
}

export function estimateText(
  estimate: Estimate,
  format: (value: number) => string,
  of: string,
): string {
  const { value, low, high, n } = estimate;
  if (value === null) return notEnough(estimate, of);
  const interval = low === null || high === null ? '' : ` [${format(low)}, ${format(high)}] (95 %)`;
  return `${format(value)}${interval}, n = ${formatCount(n)} ${of}`;
}

function quantilesText({ p50, p95, n }: Quantiles): string {
  if (p50 === null || p95 === null) return `not enough data yet (n = ${formatCount(n)})`;
  return `median ${formatDuration(p50)}, p95 ${formatDuration(p95)}, n = ${formatCount(n)}`;
}
